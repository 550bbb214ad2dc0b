#pragma once

#include <QTimer>

#include "gui/commands/text_command.h"
#include "gui/pages/page.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QTableView;

namespace headroom::gui {

class SweepModel;
class Workbench;
class YamlEditor;

/// Defines a sweep of the study, runs and resumes it, and shows how far each point is. A sweep is the
/// file sweeps/NAME.yaml and the folder sweeps/NAME.
class SweepPage : public Page {
  Q_OBJECT

 public:
  explicit SweepPage(Workbench* bench);
  QString name() const override { return tr("Sweep"); }
  QString emptyState() const override;
  void Enter() override;
  /// Adds an axis to the text; "" or why it could not be.
  QString AddAxis(const QString& path, const QString& values);
  /// The name is made one that is free.
  void NewSweep(const QString& wanted);
  bool RunSweep();

 private:
  QWidget* MakeDefinition();
  QWidget* MakePoints();
  void ListSweeps();
  void ShowSweep();
  void Watch();
  void FillPaths();
  void Push(const TextChange& change, const QString& what, ChangeText::Kind kind);
  QString folder() const;

  Workbench* bench_;
  SweepModel* model_;
  QComboBox* sweep_;
  QComboBox* path_;
  QLineEdit* values_;
  YamlEditor* text_;
  QTableView* table_;
  QLabel* state_text_;
  QProgressBar* bar_;
  QTimer timer_;
};

}  // namespace headroom::gui
