#pragma once

#include "gui/pages/page.h"

class QLabel;
class QPlainTextEdit;
class QTableView;

namespace headroom::gui {

class RunModel;
class Workbench;

/// The queue of runs, and the log of the selected one.
class RunsPage : public Page {
  Q_OBJECT

 public:
  explicit RunsPage(Workbench* bench);
  QString name() const override { return tr("Runs"); }
  QString emptyState() const override;
  void CopyCommand();

 private:
  void ShowLog();
  int CurrentId() const;
  Workbench* bench_;
  RunModel* model_;
  QTableView* table_;
  QPlainTextEdit* log_;
  QLabel* empty_;
};

}  // namespace headroom::gui
