#include "gui/study/study_views.h"

#include <fmt/format.h>

#include <QFileInfo>

#include "gui/commands/yaml_path.h"
#include "gui/study/study.h"
#include "gui/study/study_state.h"

namespace headroom::gui {
namespace {

constexpr const char* kFile = "views.yaml";
constexpr const char* kModes[] = {"overlay", "side-by-side", "difference"};  ///< by CompareMode

}  // namespace

StudyViews::StudyViews(Study* study, StudyState* state) : study_(study), state_(state) {
  timer_.setSingleShot(true);
  timer_.setInterval(500);
  Read();
  connect(&timer_, &QTimer::timeout, this, &StudyViews::Write);
  connect(state, &StudyState::CompareModeChanged, &timer_, qOverload<>(&QTimer::start));
  connect(state, &StudyState::MetricChanged, &timer_, qOverload<>(&QTimer::start));
}

StudyViews::~StudyViews() {
  if (timer_.isActive()) Write();
}

QString StudyViews::file() const {
  const bool here = !study_->StateFolder().contains("/read-only/");
  return (here ? study_->folder() : study_->StateFolder()) + "/" + kFile;
}

void StudyViews::SetPlots(const QStringList& keys) {
  if (keys == plots_) return;
  plots_ = keys;
  timer_.start();
}

void StudyViews::SetMultiples(const QString& key) {
  if (key == multiples_) return;
  multiples_ = key;
  timer_.start();
}

void StudyViews::Read() {
  const QString path = QFileInfo::exists(file()) ? file() : study_->folder() + "/" + kFile;
  if (!QFileInfo::exists(path)) return;
  try {
    const config::Node root = config::ParseYaml(ReadBytes(path).toStdString(), path.toStdString());
    const auto word = [&](const char* key) {
      const config::Node* node = root.Find(key);
      return node != nullptr && node->is_scalar() ? QString::fromStdString(node->scalar) : QString();
    };
    if (!root.is_map() || word("schema") != "1")
      throw ConfigError({Finding{root.place, "schema", "these views were written by another version; version 1 is read"}});
    if (const config::Node* plots = root.Find("plots"))
      for (const config::Node& plot : plots->items) plots_ << QString::fromStdString(plot.scalar);
    multiples_ = word("multiples");
    if (!word("metric").isEmpty()) state_->SetMetric(word("metric"));
    for (int mode = 0; mode < 3; ++mode)
      if (word("compare") == kModes[mode]) state_->SetCompareMode(static_cast<CompareMode>(mode));
  } catch (const std::exception& e) {
    problem_ = tr("%1 The usual views are shown, and the file stays as it is.").arg(e.what());
  }
}

void StudyViews::Write() {
  if (!problem_.isEmpty()) return;
  std::vector<std::string> plots;
  for (const QString& key : plots_) plots.push_back(ScalarText(key.toStdString()));
  std::string text = "schema: 1\n";
  if (!plots.empty()) text += fmt::format("plots: [{}]\n", fmt::join(plots, ", "));
  if (!multiples_.isEmpty()) text += fmt::format("multiples: {}\n", ScalarText(multiples_.toStdString()));
  text += fmt::format("metric: {}\n", ScalarText(state_->metric().toStdString()));
  text += fmt::format("compare: {}\n", kModes[static_cast<int>(state_->compare_mode())]);
  // A loss of it loses no work, so a full disk is not worth a message of its own.
  WriteBytes(file(), QByteArray::fromStdString(text));
}

}  // namespace headroom::gui
