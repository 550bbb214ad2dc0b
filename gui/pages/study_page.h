#pragma once

#include "gui/pages/page.h"

class QLabel;
class QTableView;
class QLineEdit;

namespace headroom::gui {

class StudyModel;
class Workbench;

/// The scenarios of the study: new, duplicate, rename, reorder, remove, run; what each one changes.
class StudyPage : public Page {
  Q_OBJECT

 public:
  explicit StudyPage(Workbench* bench);
  QString name() const override { return tr("Study"); }
  QString emptyState() const override;
  void Enter() override;

  void NewVariant();
  void Duplicate();
  void RenameCurrent();
  void RemoveCurrent();
  void MoveCurrent(int by);

 private:
  QWidget* MakeButtons();
  void ShowCurrent();
  /// The one at hand is no file of its own.
  void SayInFile();
  void SelectCurrent();

  Workbench* bench_;
  StudyModel* model_;
  QTableView* table_;
  QLineEdit* title_;
  QLabel* folder_;
  QLabel* about_;
  QLabel* text_;
};

}  // namespace headroom::gui
