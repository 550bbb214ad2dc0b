#include "gui/editor/floor_panel.h"

#include <QtWidgets>
#include <set>

#include "gui/editor/floor_editor.h"
#include "gui/study/study.h"
#include "gui/theme/theme.h"

namespace headroom::gui {

FloorPanel::FloorPanel(Study* study, QWidget* parent) : QWidget(parent), editing_(new TextEditing(study, this)), floor_(new FloorEditor) {
  floor_->setObjectName("floor");
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(4);
  column->addWidget(floor_, 1);
  column->addWidget(MakeFields());
  units_ = new QLabel;
  units_->setObjectName("rack_units");
  units_->setWordWrap(true);
  units_->setContentsMargins(8, 0, 8, 0);
  units_->setToolTip(tr("Busways and CDUs take racks in the order of their numbers, row by row, until they are full. Where a rack stands changes "
                        "its cables; what feeds and cools it follows its number."));
  column->addWidget(units_);
  said_ = new QLabel;
  said_->setWordWrap(true);
  said_->setContentsMargins(8, 0, 8, 4);
  column->addWidget(said_);
  connect(floor_, &FloorEditor::SelectionChanged, this, &FloorPanel::ShowSelection);
  connect(floor_, &FloorEditor::Refused, this, &FloorPanel::Say);
  connect(floor_, &FloorEditor::Moved, this, [this](const std::vector<RackMove>& moves) {
    const QString what = moves.size() == 1 ? tr("move %1").arg(QString::fromStdString(moves.front().rack)) : tr("move %1 racks").arg(moves.size());
    if (!checked_) return;
    said_->clear();
    editing_->Do(Study::FileOf(checked_->name), what,
                 [moves, below = checked_->InText("")](const std::string& text) { return MoveRacks(text, below, moves); });
    ShowSelection();
  });
  connect(floor_, &FloorEditor::Returned, this, [this](const std::vector<std::string>& racks) {
    if (!checked_) return;
    said_->clear();
    editing_->Do(Study::FileOf(checked_->name), tr("put racks back into their rows"),
                 [racks, below = checked_->InText("")](const std::string& text) { return ReturnRacks(text, below, racks); });
  });
  connect(editing_, &TextEditing::Refused, this, &FloorPanel::Say);
  connect(editing_, &TextEditing::NothingToChange, this, [this] {
    said_->setText(tr("They stand where this scenario's base has them; change it there, or move them here."));
  });
  ShowSelection();
}

void FloorPanel::Say(const QString& problem) {
  said_->setText(QString("<span style='color:%1'>■ %2</span>").arg(ThemeOf(*this).Of(Standing::kOver).name(), problem.toHtmlEscaped()));
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
  row->addStretch(1);
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
  ShowUnits(selected);
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

/// What feeds and cools the selected racks, and which of them stand away from those that it also serves.
void FloorPanel::ShowUnits(const std::vector<int>& selected) {
  std::set<QString> busways, cdus;
  int away = 0;
  for (const int r : selected) {
    const scenario::RackOutline& rack = floor_->racks()[static_cast<std::size_t>(r)];
    if (!rack.busway.empty()) busways.insert(QString::fromStdString(rack.busway));
    cdus.insert(rack.cdu.empty() ? tr("air alone") : QString::fromStdString(rack.cdu));
    away += rack.x != rack.row_x || rack.y != rack.row_y;
  }
  const auto listed = [&](const std::set<QString>& names) {
    QStringList all(names.begin(), names.end());
    return all.size() > 4 ? tr("%1 and %2 others").arg(all.mid(0, 3).join(", ")).arg(all.size() - 3) : all.join(", ");
  };
  if (busways.empty()) return units_->clear();
  QString text = tr("Fed by %1, cooled by %2.").arg(listed(busways), listed(cdus));
  if (away > 0)
    text += " " + (away == 1 ? tr("It stands away from its row and keeps both: they follow a rack's number, its cables follow the rack.")
                             : tr("%1 stand away from their rows and keep both: they follow a rack's number, cables follow the rack.").arg(away));
  units_->setText(text);
}

}  // namespace headroom::gui
