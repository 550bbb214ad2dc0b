#include "gui/study/study_state.h"

#include <algorithm>

namespace headroom::gui {

void StudyState::SetReports(std::vector<OpenReport> reports, TimeRange extent) {
  reports_ = std::move(reports);
  const bool other_extent = extent != extent_;
  extent_ = extent;
  emit ReportsChanged();
  if (!other_extent) return;
  pushed_.clear();
  SetRange(extent);
  SetTime(time_);
}

void StudyState::SetTime(double seconds) {
  const double held = std::clamp(seconds, extent_.from, std::max(extent_.from, extent_.to));
  if (held == time_) return;
  time_ = held;
  emit TimeChanged(time_);
}

void StudyState::SetRange(TimeRange range, bool push) {
  range.from = std::max(range.from, extent_.from);
  range.to = std::min(range.to, extent_.to);
  if (range == range_ || range.to < range.from) return;
  if (push) pushed_.push_back({range_, filter_});
  range_ = range;
  emit RangeChanged(range_);
}

void StudyState::SetFilter(const QString& filter, bool push) {
  if (filter == filter_) return;
  if (push) pushed_.push_back({range_, filter_});
  filter_ = filter;
  emit FilterChanged(filter_);
}

void StudyState::SetSelection(const Selection& selection) {
  if (selection == selection_) return;
  selection_ = selection;
  emit SelectionChanged(selection_);
}

void StudyState::SetMetric(const QString& metric) {
  if (metric == metric_) return;
  metric_ = metric;
  emit MetricChanged(metric_);
}

void StudyState::SetCompareMode(CompareMode mode) {
  if (mode == compare_mode_) return;
  compare_mode_ = mode;
  emit CompareModeChanged(mode);
}

bool StudyState::Pop() {
  Shown next{extent_, QString()};
  if (!pushed_.empty()) {
    next = pushed_.back();
    pushed_.pop_back();
  } else if (range_ == extent_ && filter_.isEmpty()) {
    return false;
  }
  SetRange(next.range);
  SetFilter(next.filter);
  return true;
}

}  // namespace headroom::gui
