#pragma once

#include <QObject>
#include <QStringList>
#include <map>
#include <memory>

#include "gui/data/report_loader.h"
#include "gui/study/checker.h"

namespace headroom::gui {

class ReportFile;
class Study;
class StudyState;

/// The reports of a study's scenarios: opened off the GUI thread when they are there, when a run has
/// ended and when a scenario is shown; the shown ones go to the state that the views share.
class StudyReports : public QObject {
  Q_OBJECT

 public:
  StudyReports(Study* study, StudyState* state);

  struct Entry {
    std::shared_ptr<const ReportFile> file;  ///< null: none
    QString error;                           ///< why there is none, where a file is there
    bool loading = false;
    bool shown = true;
  };
  const Entry* Find(const QString& scenario) const;
  /// Whether the report is of another text than the scenario's now.
  bool Stale(const QString& scenario) const;
  void NoteChecked(const CheckedPtr& checked);
  /// Opens the report again.
  void Reload(const QString& scenario);
  void SetShown(const QString& scenario, bool shown);
  /// Shows a report that is none of the study's, such as a sweep's point, beside the others.
  void ShowFile(const QString& path);
  bool busy() const;

 signals:
  void Changed(const QString& scenario);

 private:
  void Refresh();
  void Publish();
  Study* study_;
  StudyState* state_;
  ReportLoader loader_;
  std::map<QString, Entry> entries_;       ///< by scenario
  std::map<QString, Entry> others_;        ///< by path
  std::map<QString, std::string> resolved_;
};

}  // namespace headroom::gui
