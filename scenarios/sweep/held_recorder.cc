#include "scenarios/sweep/held_recorder.h"

#include "sim/core/check.h"

namespace headroom::sweep {

SeriesId HeldRecorder::AddSeries(const SeriesSpec& spec) {
  if (to_) return to_->AddSeries(spec);
  specs_.push_back(spec);
  return SeriesId(static_cast<std::uint32_t>(specs_.size() - 1));
}

void HeldRecorder::Put(SeriesId series, std::size_t entity, double value) {
  if (to_)
    to_->Put(series, entity, value);
  else
    entries_.push_back({static_cast<std::uint32_t>(series.index()), static_cast<std::uint32_t>(entity), value});
}

void HeldRecorder::EndInterval(double time) {
  if (to_)
    to_->EndInterval(time);
  else
    entries_.push_back({kInterval, 0, time});
}

void HeldRecorder::WriteTable(const Table& table) {
  if (to_) return to_->WriteTable(table);
  entries_.push_back({kTable, static_cast<std::uint32_t>(tables_.size()), 0.0});
  tables_.push_back(table);
}

void HeldRecorder::PassOn(Recorder& to) {
  HR_CHECK(to_ == nullptr);
  to_ = &to;
  for (std::size_t i = 0; i < specs_.size(); ++i) HR_CHECK(to.AddSeries(specs_[i]).index() == i, i);
  for (const Entry& e : entries_) {
    if (e.series == kInterval)
      to.EndInterval(e.value);
    else if (e.series == kTable)
      to.WriteTable(tables_[e.entity]);
    else
      to.Put(SeriesId(e.series), e.entity, e.value);
  }
  entries_ = {};
}

}  // namespace headroom::sweep
