#include "gui/pages/workbench.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>

#include "gui/run/run_queue.h"
#include "gui/run/study_reports.h"
#include "gui/study/study.h"

namespace headroom::gui {

Workbench::Workbench(Study* study, StudyState* state, StudyViews* views, StudyReports* reports, RunQueue* queue, Checker* checker)
    : study_(study), state_(state), views_(views), reports_(reports), queue_(queue), checker_(checker), current_(study->base()) {
  const auto check_all = [this] {
    for (const QString& name : study_->names()) Check(name);  // what is built on a changed one changes too
    if (!study_->names().contains(current_)) SetCurrent(study_->base());
  };
  connect(study, &Study::TextChanged, this, check_all);
  connect(study, &Study::ScenariosChanged, this, check_all);
  connect(study, &Study::VariantsChanged, this, check_all);
  connect(checker, &Checker::Checked, reports, &StudyReports::NoteChecked);
  connect(checker, &Checker::Checked, this, [this](const CheckedPtr& c) {
    checked_[c->name] = c;
    if (c->readable && c->variant.isEmpty() && study_->Find(c->name) != nullptr) study_->NoteVariants(c->name, c->variants);
  });
  connect(queue, &RunQueue::Ended, this, [this](int id) {
    const Run* run = queue_->Find(id);
    if (run == nullptr) return;
    if (study_->names().contains(run->subject)) reports_->Reload(run->subject);
    const QString collected = run->output + "/sweep.h5";
    if (QFileInfo::exists(collected)) emit SweepCollected(collected);
  });
  check_all();
}

void Workbench::SetCurrent(const QString& scenario) {
  if (scenario == current_ || !study_->names().contains(scenario)) return;
  current_ = scenario;
  emit CurrentChanged(scenario);
}

void Workbench::Check(const QString& scenario) {
  checker_->Request(scenario, study_->FilePath(scenario), study_->Texts(), Study::VariantOf(scenario));
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
  QStringList arguments = {"run", study_->FilePath(scenario)};
  if (const QString variant = Study::VariantOf(scenario); !variant.isEmpty()) arguments << "--variant" << variant;
  return arguments << "-o" << study_->ReportPath(scenario) << "--progress" << "json";
}

void Workbench::RunScenario(const QString& scenario) {
  if (!study_->names().contains(scenario) || (study_->modified() && !Save())) return;
  if (!QDir().mkpath(study_->folder() + "/reports")) {
    emit Message(tr("The folder %1/reports cannot be made; the run has nowhere to write its report.").arg(study_->folder()));
    return;
  }
  queue_->Add(scenario, RunArguments(scenario), study_->ReportPath(scenario));
}

void Workbench::RunAll() {
  for (const QString& name : study_->names()) RunScenario(name);
}

QStringList Workbench::Sweeps() const {
  QStringList names;
  for (const StudySweep& s : study_->sweeps()) names << s.name;
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
