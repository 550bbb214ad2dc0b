#include "gui/editor/floor_panel.h"

#include <QUndoStack>
#include <QtWidgets>

#include "gui/commands/text_command.h"
#include "gui/editor/floor_editor.h"
#include "gui/study/study.h"
#include "gui/theme/theme.h"

namespace headroom::gui {

FloorPanel::FloorPanel(Study* study, QWidget* parent) : QWidget(parent), study_(study), floor_(new FloorEditor) {
  floor_->setObjectName("floor");
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(4);
  column->addWidget(floor_, 1);
  column->addWidget(MakeFields());
  connect(floor_, &FloorEditor::SelectionChanged, this, &FloorPanel::ShowSelection);
  connect(floor_, &FloorEditor::Refused, this, [this](const QString& why) {
    said_->setText(QString("<span style='color:%1'>■ %2</span>").arg(ThemeOf(*this).Of(Standing::kOver).name(), why.toHtmlEscaped()));
    ShowSelection();
  });
  connect(floor_, &FloorEditor::Moved, this, [this](const std::vector<RackMove>& moves) {
    const QString what = moves.size() == 1 ? tr("move %1").arg(QString::fromStdString(moves.front().rack)) : tr("move %1 racks").arg(moves.size());
    Push(what, [&](const std::string& text, const std::string& below) { return MoveRacks(text, below, moves); });
  });
  connect(floor_, &FloorEditor::Returned, this, [this](const std::vector<std::string>& racks) {
    Push(tr("put racks back into their rows"), [&](const std::string& text, const std::string& below) { return ReturnRacks(text, below, racks); });
  });
  ShowSelection();
}

QWidget* FloorPanel::MakeFields() {
  auto* bar = new QWidget;
  auto* row = new QHBoxLayout(bar);
  row->setContentsMargins(8, 0, 8, 4);
  which_ = new QLabel;
  row->addWidget(which_);
  const auto number = [&](const QString& name, const QString& label) {
    auto* box = new QDoubleSpinBox;
    box->setRange(0.0, 100000.0);
    box->setDecimals(3);
    box->setSingleStep(0.1);
    box->setSuffix(QString(QChar(0x2009)) + "m");
    box->setAccessibleName(name);
    box->setKeyboardTracking(false);
    row->addWidget(new QLabel(label));
    row->addWidget(box);
    connect(box, &QDoubleSpinBox::valueChanged, this, &FloorPanel::Typed);
    return box;
  };
  x_ = number(tr("x of the rack's centre"), "x");
  y_ = number(tr("y of the rack's centre"), "y");
  faces_ = new QComboBox;
  faces_->addItems({"down", "up", "left", "right"});
  faces_->setAccessibleName(tr("Where the rack's front looks"));
  row->addWidget(new QLabel(tr("faces")));
  row->addWidget(faces_);
  connect(faces_, &QComboBox::activated, this, &FloorPanel::Typed);
  back_ = new QPushButton(tr("Back to row"));
  back_->setAccessibleName(tr("Put the selected racks back into their rows"));
  row->addWidget(back_);
  connect(back_, &QPushButton::clicked, floor_, &FloorEditor::ReturnToRows);
  said_ = new QLabel;
  said_->setWordWrap(true);
  row->addWidget(said_, 1);
  return bar;
}

void FloorPanel::Show(const CheckedPtr& checked) {
  checked_ = checked;
  if (checked->has_outline) {
    if (checked->errors.empty()) said_->clear();
    floor_->Show(checked->outline);
  } else {
    floor_->SetStale(true);
  }
}

void FloorPanel::ShowSelection() {
  const std::vector<int> selected = floor_->selected();
  const bool one = selected.size() == 1;
  for (QWidget* w : std::initializer_list<QWidget*>{x_, y_, faces_}) w->setEnabled(one);
  back_->setEnabled(!selected.empty());
  which_->setText(selected.empty() ? tr("Click a rack, or drag it") : one ? QString("<b>%1</b>").arg(QString::fromStdString(floor_->racks()[static_cast<std::size_t>(selected.front())].name)) : tr("%1 racks").arg(selected.size()));
  if (!one) return;
  const scenario::RackOutline& r = floor_->racks()[static_cast<std::size_t>(selected.front())];
  const QSignalBlocker quiet_x(x_), quiet_y(y_);
  x_->setValue(r.x);
  y_->setValue(r.y);
  faces_->setCurrentText(QString::fromStdString(r.faces));
}

void FloorPanel::Typed() {
  const std::vector<int> selected = floor_->selected();
  if (selected.size() == 1) floor_->Place(selected.front(), x_->value(), y_->value(), faces_->currentText());
}

void FloorPanel::Push(const QString& what, const std::function<TextChange(const std::string&, const std::string&)>& change) {
  const StudyScenario* s = checked_ ? study_->Find(Study::FileOf(checked_->name)) : nullptr;
  if (s == nullptr) return;
  said_->clear();
  try {
    const TextChange c = change(s->text, checked_->InText(""));
    if (!c.empty()) study_->undo()->push(new ChangeText(study_, s->name, c, what));
    else said_->setText(tr("They stand where this scenario's base has them; change it there, or move them here."));
  } catch (const ConfigError& e) {
    said_->setText(QString::fromStdString(e.what()).toHtmlEscaped());
  }
  ShowSelection();
}

}  // namespace headroom::gui
