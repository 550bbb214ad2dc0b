#include "gui/pages/reports/view_panes.h"

#include <QtWidgets>

#include "gui/study/study_state.h"
#include "gui/views/view.h"
#include "gui/views/view_frame.h"

namespace headroom::gui {

ViewPanes::ViewPanes(StudyState* state, Make make, bool has_difference, bool scrolls, QWidget* parent)
    : QWidget(parent), state_(state), make_(std::move(make)), has_difference_(has_difference), scrolls_(scrolls) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(1);
  connect(state, &StudyState::ReportsChanged, this, &ViewPanes::Remake);
  connect(state, &StudyState::CompareModeChanged, this, &ViewPanes::Remake);
  Remake();
}

void ViewPanes::Remake() {
  std::vector<std::pair<int, bool>> due;
  const int count = static_cast<int>(state_->reports().size());
  const bool difference = has_difference_ && count > 1 && state_->compare_mode() == CompareMode::kDifference;
  for (int r = difference ? 1 : 0; r < count; ++r) due.emplace_back(r, difference);
  if (due == made_ && !views_.empty()) return;
  made_ = due;
  views_.clear();
  QLayoutItem* item;
  while ((item = layout()->takeAt(0))) {
    item->widget()->hide();
    item->widget()->deleteLater();
    delete item;
  }
  for (const auto& [report, minus] : due) {
    View* view = make_(report, minus);
    views_.push_back(view);
    QWidget* frame = new ViewFrame(view, state_);
    if (scrolls_) {
      auto* area = new QScrollArea;
      area->setWidgetResizable(true);
      area->setFrameShape(QFrame::NoFrame);
      area->setWidget(frame);
      area->setFocusPolicy(Qt::NoFocus);
      frame = area;
    }
    layout()->addWidget(frame);
  }
}

}  // namespace headroom::gui
