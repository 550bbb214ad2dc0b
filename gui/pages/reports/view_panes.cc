#include "gui/pages/reports/view_panes.h"

#include <QtWidgets>
#include <cmath>

#include "gui/study/study_state.h"
#include "gui/views/view.h"
#include "gui/views/view_frame.h"

namespace headroom::gui {

ViewPanes::ViewPanes(StudyState* state, Make make, Room room, QWidget* parent)
    : QWidget(parent), state_(state), make_(std::move(make)), room_(room) {
  auto* grid = new QGridLayout(this);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setSpacing(1);
  connect(state, &StudyState::ReportsChanged, this, &ViewPanes::Remake);
  connect(state, &StudyState::CompareModeChanged, this, &ViewPanes::Remake);
  Remake();
}

void ViewPanes::Renew() {
  made_.clear();
  views_.clear();
  Remake();
}

void ViewPanes::SetApart(bool apart) {
  apart_ = apart;
  Remake();
}

void ViewPanes::Remake() {
  std::vector<std::pair<int, Pane>> due;
  const int count = static_cast<int>(state_->reports().size());
  const CompareMode mode = count > 1 ? state_->compare_mode() : CompareMode::kSideBySide;
  if (mode == CompareMode::kOverlay && !apart_) {
    due.emplace_back(0, Pane::kOverlay);
  } else {
    const bool difference = mode == CompareMode::kDifference;
    for (int r = difference ? 1 : 0; r < count; ++r) due.emplace_back(r, difference ? Pane::kDifference : Pane::kOne);
  }
  if (due == made_ && !views_.empty()) return;
  made_ = due;
  views_.clear();
  auto* grid = static_cast<QGridLayout*>(layout());
  while (QLayoutItem* item = grid->takeAt(0)) {
    item->widget()->hide();
    item->widget()->deleteLater();
    delete item;
  }
  const int columns = due.size() <= 3 ? 3 : static_cast<int>(std::ceil(std::sqrt(static_cast<double>(due.size()))));
  for (const auto& [report, pane] : due) {
    View* view = make_(report, pane);
    QWidget* frame = new ViewFrame(view, state_);
    if (room_ == Room::kScrolled) {
      auto* area = new QScrollArea;
      area->setWidgetResizable(true);
      area->setFrameShape(QFrame::NoFrame);
      area->setWidget(frame);
      area->setFocusPolicy(Qt::NoFocus);
      frame = area;
    }
    const int at = static_cast<int>(views_.size());
    grid->addWidget(frame, at / columns, at % columns);
    views_.push_back(view);
  }
}

}  // namespace headroom::gui
