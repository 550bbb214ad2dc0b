#include "gui/pages/workbench.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>

#include "gui/run/run_queue.h"
#include "gui/run/study_reports.h"
#include "gui/study/study.h"

namespace headroom::gui {

Workbench::Workbench(Study* study, StudyState* state, StudyReports* reports, RunQueue* queue, Checker* checker)
    : study_(study), state_(state), reports_(reports), queue_(queue), checker_(checker), current_(study->base()) {
  connect(study, &Study::TextChanged, this, [this] {
    for (const StudyScenario& s : study_->scenarios()) Check(s.name);  // what is built on it changes too
  });
  connect(study, &Study::ScenariosChanged, this, [this] {
    for (const StudyScenario& s : study_->scenarios()) Check(s.name);
    if (study_->Find(current_) == nullptr) SetCurrent(study_->base());
  });
  connect(checker, &Checker::Checked, reports, &StudyReports::NoteChecked);
  connect(checker, &Checker::Checked, this, [this](const CheckedPtr& c) { checked_[c->name] = c; });
  connect(queue, &RunQueue::Ended, this, [this](int id) {
    const Run* run = queue_->Find(id);
    if (run == nullptr) return;
    if (study_->Find(run->subject) != nullptr) reports_->Reload(run->subject);
    const QString collected = run->output + "/sweep.h5";
    if (QFileInfo::exists(collected)) emit SweepCollected(collected);
  });
  for (const StudyScenario& s : study->scenarios()) Check(s.name);
}

void Workbench::SetCurrent(const QString& scenario) {
  if (scenario == current_ || study_->Find(scenario) == nullptr) return;
  current_ = scenario;
  emit CurrentChanged(scenario);
}

void Workbench::Check(const QString& scenario) {
  checker_->Request(scenario, study_->FilePath(scenario), study_->Texts());
}

CheckedPtr Workbench::Latest(const QString& scenario) const {
  const auto found = checked_.find(scenario);
  return found == checked_.end() ? nullptr : found->second;
}

bool Workbench::Save() {
  const QString error = study_->Save();
  emit Message(error.isEmpty() ? study_->notes().join('\n')
                               : tr("Not saved: %1. Nothing is lost: the changes are still here.").arg(error));
  return error.isEmpty();
}

QStringList Workbench::RunArguments(const QString& scenario) const {
  return {"run", study_->FilePath(scenario), "-o", study_->ReportPath(scenario), "--progress", "json"};
}

void Workbench::RunScenario(const QString& scenario) {
  if (study_->Find(scenario) == nullptr || (study_->modified() && !Save())) return;
  if (!QDir().mkpath(study_->folder() + "/reports")) {
    emit Message(tr("The folder %1/reports cannot be made; the run has nowhere to write its report.").arg(study_->folder()));
    return;
  }
  queue_->Add(scenario, RunArguments(scenario), study_->ReportPath(scenario));
}

void Workbench::RunAll() {
  for (const StudyScenario& s : study_->scenarios()) RunScenario(s.name);
}

QStringList Workbench::Sweeps() const {
  QStringList names = QDir(study_->folder() + "/sweeps").entryList({"*.yaml"}, QDir::Files);
  for (QString& name : names) name.chop(5);
  return names;
}

QString Workbench::CollectedSweep() const {
  QFileInfo latest;
  for (const QString& name : Sweeps()) {
    const QFileInfo file(study_->folder() + "/sweeps/" + name + "/sweep.h5");
    if (file.exists() && (!latest.exists() || file.lastModified() > latest.lastModified())) latest = file;
  }
  return latest.exists() ? latest.absoluteFilePath() : QString();
}

void Workbench::RunSweep(const QString& name) {
  if (study_->modified() && !Save()) return;
  const QString folder = study_->folder() + "/sweeps/" + name;
  queue_->Add(name,
              {"sweep", "run", folder + ".yaml", "-o", folder, "--jobs", QString::number(queue_->at_once()), "--progress",
               "json"},
              folder);
}

}  // namespace headroom::gui
