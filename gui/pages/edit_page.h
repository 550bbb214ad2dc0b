#pragma once

#include "gui/pages/page.h"
#include "gui/study/checker.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSortFilterProxyModel;
class QTableView;
class QTreeView;

namespace headroom::gui {

class ProblemModel;
class PropertyModel;
class Workbench;
class YamlEditor;

/// The scenario at hand as properties and as text, side by side, with the command's messages below.
class EditPage : public Page {
  Q_OBJECT

 public:
  explicit EditPage(Workbench* bench);
  QString name() const override { return tr("Edit"); }
  void Enter() override;
  /// Selects a property and shows it.
  void GoTo(const QString& path);
  void FocusSearch();
  void ShowHelpOfCurrent();

 private:
  QWidget* MakeTree();
  QWidget* MakeText();
  void ShowScenario();
  void ShowChecked(const CheckedPtr& checked);
  void ShowHelp();
  void ShowFiltered(const QString& words);
  void Add();
  void Clear();
  void ChooseSheet();
  QModelIndex Current() const;

  Workbench* bench_;
  PropertyModel* properties_;
  QSortFilterProxyModel* filtered_;
  ProblemModel* problems_;
  QComboBox* scenario_;
  QLineEdit* search_;
  QTreeView* tree_;
  YamlEditor* text_;
  QTableView* list_;
  QLabel* help_;
  QLabel* verdict_;
  QPushButton* add_;
  QPushButton* clear_;
  QPushButton* sheet_;
};

}  // namespace headroom::gui
