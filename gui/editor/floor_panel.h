#pragma once

#include <QWidget>

#include "gui/commands/text_editing.h"
#include "gui/study/checker.h"

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;

namespace headroom::gui {

class FloorEditor;
class Study;

/// The floor of one scenario: racks to drag, the place of the selected one to type, and what was wrong with the last move.
/// Each move is one step of undo that changes the scenario's text.
class FloorPanel : public QWidget {
  Q_OBJECT

 public:
  explicit FloorPanel(Study* study, QWidget* parent = nullptr);
  void Show(const CheckedPtr& checked);
  FloorEditor* floor() const { return floor_; }

 private:
  QWidget* MakeFields();
  void ShowSelection();
  void Typed();
  void ShowUnits(const std::vector<int>& selected);
  void Say(const QString& problem);

  TextEditing* editing_;
  CheckedPtr checked_;
  FloorEditor* floor_;
  QLabel* which_ = nullptr;
  QDoubleSpinBox* x_ = nullptr;
  QDoubleSpinBox* y_ = nullptr;
  QComboBox* faces_ = nullptr;
  QPushButton* back_ = nullptr;
  QLabel* units_ = nullptr;
  QLabel* said_ = nullptr;
};

}  // namespace headroom::gui
