#include "gui/run/study_reports.h"

#include <QDir>
#include <QFileInfo>
#include <algorithm>

#include "gui/data/report_file.h"
#include "gui/study/study.h"
#include "gui/study/study_state.h"
#include "gui/theme/theme.h"

namespace headroom::gui {

StudyReports::StudyReports(Study* study, StudyState* state) : study_(study), state_(state) {
  const auto answer = [this](const QString& path, std::shared_ptr<const ReportFile> file, const QString& error) {
    const auto other = others_.find(path);
    if (other != others_.end()) {
      other->second.file = std::move(file);
      other->second.error = error;
      other->second.loading = false;
    }
    for (auto& [name, entry] : entries_) {
      if (study_->ReportPath(name) != path) continue;
      entry.file = file;
      entry.error = error;
      entry.loading = false;
      emit Changed(name);
    }
    Publish();
  };
  connect(&loader_, &ReportLoader::Loaded, this,
          [answer](const QString& path, std::shared_ptr<const ReportFile> file) { answer(path, file, {}); });
  connect(&loader_, &ReportLoader::Failed, this,
          [answer](const QString& path, const QString& message) { answer(path, nullptr, message); });
  connect(study, &Study::ScenariosChanged, this, &StudyReports::Refresh);
  connect(study, &Study::VariantsChanged, this, &StudyReports::Refresh);
  connect(study, &Study::Saved, this, &StudyReports::Refresh);
  Refresh();
}

const StudyReports::Entry* StudyReports::Find(const QString& scenario) const {
  const auto found = entries_.find(scenario);
  return found == entries_.end() ? nullptr : &found->second;
}

void StudyReports::Refresh() {
  const QStringList names = study_->names();
  std::erase_if(entries_, [&](const auto& e) { return !names.contains(e.first); });
  for (const QString& name : names)
    if (!entries_.contains(name)) Reload(name);
  Publish();
}

void StudyReports::Reload(const QString& scenario) {
  Entry& entry = entries_[scenario];
  const QString path = study_->ReportPath(scenario);
  if (!QFileInfo::exists(path)) {
    entry.file = nullptr;
    entry.error.clear();
    emit Changed(scenario);
    return;
  }
  entry.loading = true;
  emit Changed(scenario);
  loader_.Load(path);
}

bool StudyReports::Stale(const QString& scenario) const {
  const Entry* entry = Find(scenario);
  const auto resolved = resolved_.find(scenario);
  if (entry == nullptr || !entry->file || resolved == resolved_.end()) return false;
  return entry->file->report().scenario_text() != resolved->second;
}

void StudyReports::NoteChecked(const CheckedPtr& checked) {
  if (!checked->errors.empty()) return;
  resolved_[checked->name] = checked->loaded.resolved;
  emit Changed(checked->name);
}

void StudyReports::SetShown(const QString& scenario, bool shown) {
  entries_[scenario].shown = shown;
  Publish();
  emit Changed(scenario);
}

void StudyReports::ShowFile(const QString& path) {
  others_[path].loading = true;
  loader_.Load(path);
}

bool StudyReports::busy() const {
  const auto loading = [](const auto& e) { return e.second.loading; };
  return std::any_of(entries_.begin(), entries_.end(), loading) ||
         std::any_of(others_.begin(), others_.end(), loading);
}

void StudyReports::Publish() {
  std::vector<OpenReport> reports;
  TimeRange extent;
  const auto add = [&](const QString& label, const Entry& entry) {
    if (!entry.file || !entry.shown) return;
    reports.push_back({label, Theme::Light().Series(static_cast<int>(reports.size())), entry.file});
    extent.to = std::max(extent.to, entry.file->end());
  };
  for (const QString& name : study_->names())
    if (const Entry* entry = Find(name)) add(name, *entry);
  for (const auto& [path, entry] : others_) add(QFileInfo(path).completeBaseName(), entry);
  const auto& now = state_->reports();
  const bool same = std::equal(now.begin(), now.end(), reports.begin(), reports.end(),
                               [](const OpenReport& a, const OpenReport& b) {
                                 return a.label == b.label && a.file == b.file && a.colour == b.colour;
                               });
  if (!same) state_->SetReports(std::move(reports), extent);
}

}  // namespace headroom::gui
