#include "gui/study/checker.h"

#include <algorithm>

#include "models/catalog/library.h"

namespace headroom::gui {

namespace {

/// What the file itself says, and its variant where one is asked for.
void ReadOwn(const std::string& path, const scenario::OpenTexts& texts, CheckedScenario* out) {
  out->own = scenario::ReadTreeFile(path, {}, texts);
  const config::Node* variants = out->own.Find("variants");
  if (variants != nullptr && variants->is_map())
    for (const auto& [key, change] : variants->entries) out->variants << QString::fromStdString(key.scalar);
  if (out->variant.isEmpty()) return;
  const config::Node* change = variants == nullptr ? nullptr : variants->Find(out->variant.toStdString());
  config::Node own = change == nullptr ? config::Node() : *change;
  out->own = std::move(own);
}

}  // namespace

std::string CheckedScenario::InText(const std::string& property) const {
  return variant.isEmpty() ? property : "variants." + variant.toStdString() + "." + property;
}

CheckedPtr CheckScenario(const QString& name, const std::string& path,
                         const scenario::OpenTexts& texts, const QString& variant) {
  auto out = std::make_shared<CheckedScenario>();
  out->name = name;
  out->path = path;
  out->variant = variant;
  catalog::Library library;
  scenario::LoadOptions options;
  options.catalog_names = [&](const std::string& kind) { return library.names(kind); };
  try {
    ReadOwn(path, texts, out.get());
    out->tree = scenario::ReadTreeWithIncludes(path, texts);
    scenario::ApplyVariant(out->tree, variant.toStdString());
    out->readable = true;
    Diagnostics diagnostics;
    out->loaded = scenario::InspectTree(out->tree, path, options, &diagnostics);
    if (diagnostics.ok()) {
      for (const catalog::Sheet& sheet : out->loaded.scenario.catalog()) library.Add(sheet);
      out->outline = scenario::OutlineOf(out->loaded, library, &diagnostics);
      out->has_outline = true;
    }
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

void Checker::Request(const QString& name, const QString& path, const scenario::OpenTexts& texts,
                      const QString& variant) {
  std::erase_if(wanted_, [&](const Wanted& w) { return w.name == name; });
  wanted_.push_back({name, path.toStdString(), texts, variant});
  timer_.start();
}

void Checker::Start() {
  for (Wanted& w : wanted_) {
    ++running_;
    pool_.start([this, w = std::move(w)] {
      CheckedPtr checked = CheckScenario(w.name, w.path, w.texts, w.variant);
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
