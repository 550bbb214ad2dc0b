#pragma once

#include <memory>

#include "gui/pages/page.h"
#include "gui/study/checker.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSortFilterProxyModel;
class QTableView;
class QTabWidget;
class QTreeView;

namespace headroom::gui {

class FloorPanel;
class ProblemModel;
struct Property;
class PropertyModel;
class Workbench;
class YamlEditor;

/// The scenario at hand as properties and, beside them, as text or as the floor it describes, with the
/// command's messages below.
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
  void ListScenarios();
  void ShowScenario();
  void ShowChecked(const CheckedPtr& checked);
  void ShowRows(const CheckedPtr& checked, std::unique_ptr<Property> rows);
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
  FloorPanel* floor_;
  QTabWidget* right_;
  QTableView* list_;
  QLabel* help_;
  QLabel* verdict_;
  QPushButton* add_;
  QPushButton* clear_;
  QPushButton* sheet_;
  int shown_ = 0;  ///< counts checks, so that rows that come too late are let go
};

}  // namespace headroom::gui
