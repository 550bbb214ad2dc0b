#include "gui/study/checker.h"

#include <algorithm>

#include "models/catalog/library.h"

namespace headroom::gui {

CheckedPtr CheckScenario(const QString& name, const std::string& path,
                         const scenario::OpenTexts& texts) {
  auto out = std::make_shared<CheckedScenario>();
  out->name = name;
  out->path = path;
  const catalog::Library library;
  scenario::LoadOptions options;
  options.catalog_names = [&](const std::string& kind) { return library.names(kind); };
  try {
    out->tree = scenario::ReadTreeWithIncludes(path, texts);
    out->readable = true;
    Diagnostics diagnostics;
    out->loaded = scenario::InspectTree(out->tree, path, options, &diagnostics);
    out->errors = diagnostics.errors();
    out->warnings = diagnostics.warnings();
  } catch (const ConfigError& e) {
    out->errors = e.findings();
  } catch (const std::exception& e) {
    out->errors.push_back({{path, 0, 0}, "", e.what()});
  }
  return out;
}

Checker::Checker(QObject* parent) : QObject(parent) {
  pool_.setMaxThreadCount(1);
  timer_.setSingleShot(true);
  timer_.setInterval(120);
  connect(&timer_, &QTimer::timeout, this, &Checker::Start);
}

Checker::~Checker() { pool_.waitForDone(); }

void Checker::Request(const QString& name, const QString& path, const scenario::OpenTexts& texts) {
  std::erase_if(wanted_, [&](const Wanted& w) { return w.name == name; });
  wanted_.push_back({name, path.toStdString(), texts});
  timer_.start();
}

void Checker::Start() {
  for (Wanted& w : wanted_) {
    ++running_;
    pool_.start([this, w = std::move(w)] {
      CheckedPtr checked = CheckScenario(w.name, w.path, w.texts);
      QMetaObject::invokeMethod(
          this,
          [this, checked] {
            --running_;
            const bool newer = std::any_of(wanted_.begin(), wanted_.end(), [&](const Wanted& other) {
              return other.name == checked->name;
            });
            if (!newer) emit Checked(checked);
          },
          Qt::QueuedConnection);
    });
  }
  wanted_.clear();
}

}  // namespace headroom::gui
