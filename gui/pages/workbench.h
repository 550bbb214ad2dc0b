#pragma once

#include <QObject>
#include <QString>
#include <map>

#include "gui/study/checker.h"

namespace headroom::gui {

class RunQueue;
class Study;
class StudyReports;
class StudyState;
class StudyViews;

/// What the pages of one window share: the study, its runs and reports, which scenario is at hand,
/// and how a page asks for a run, for another page, or for a word with the user.
class Workbench : public QObject {
  Q_OBJECT

 public:
  Workbench(Study* study, StudyState* state, StudyViews* views, StudyReports* reports, RunQueue* queue, Checker* checker);

  Study* study() const { return study_; }
  StudyState* state() const { return state_; }
  StudyViews* views() const { return views_; }
  StudyReports* reports() const { return reports_; }
  RunQueue* queue() const { return queue_; }
  Checker* checker() const { return checker_; }

  /// The scenario that is edited and that F5 runs.
  const QString& current() const { return current_; }
  void SetCurrent(const QString& scenario);
  /// Saves; says what went wrong in the window. False where something did.
  bool Save();
  void RunScenario(const QString& scenario);
  void RunAll();
  /// The sweeps of the study: sweeps/NAME.yaml.
  QStringList Sweeps() const;
  void RunSweep(const QString& name);
  /// What the sweep that was collected last gave: sweeps/NAME/sweep.h5; "" where there is none.
  QString CollectedSweep() const;
  QStringList RunArguments(const QString& scenario) const;
  /// Asks for a check of a scenario's text as it is now.
  void Check(const QString& scenario);
  /// The last check's answer, or null.
  CheckedPtr Latest(const QString& scenario) const;

 signals:
  void CurrentChanged(const QString& scenario);
  /// For the bar below the menu; "" takes it away.
  void Message(const QString& text);
  void PageWanted(const QString& name);
  void SweepCollected(const QString& file);

 private:
  Study* study_;
  StudyState* state_;
  StudyViews* views_;
  StudyReports* reports_;
  RunQueue* queue_;
  Checker* checker_;
  QString current_;
  std::map<QString, CheckedPtr> checked_;
};

}  // namespace headroom::gui
