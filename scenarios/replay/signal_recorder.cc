#include "scenarios/replay/signal_recorder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <utility>

#include "sim/core/diagnostics.h"

namespace headroom::replay {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kSlack = 1e-6;  // s

}  // namespace

SignalRecorder::SignalRecorder(std::vector<std::string> names, Recorder* next) : next_(next) {
  for (std::string& n : names) signals_.push_back({std::move(n), "", "", false, {}});
  now_.assign(signals_.size(), kNone);
}

SeriesId SignalRecorder::AddSeries(const SeriesSpec& spec) {
  specs_.push_back(spec);
  passed_.push_back(next_ ? next_->AddSeries(spec) : SeriesId(0));
  return SeriesId(static_cast<std::uint32_t>(specs_.size() - 1));
}

void SignalRecorder::SetRacks(const std::vector<int>& group_of_rack, const std::vector<int>& racks_of_group) {
  group_of_rack_ = group_of_rack;
  racks_of_group_ = racks_of_group;
}

void SignalRecorder::Resolve() {
  resolved_ = true;
  sources_.resize(specs_.size());
  std::vector<std::string> all;
  for (const SeriesSpec& s : specs_)
    if (s.entities.empty() && s.dimension.empty())
      all.push_back(s.name);
    else
      for (const std::string& e : s.entities) all.push_back(s.name + ":" + e);
  for (std::size_t i = 0; i < signals_.size(); ++i) {
    Recorded& signal = signals_[i];
    std::string series = signal.name.substr(0, signal.name.find(':')),
                entity = series.size() < signal.name.size() ? signal.name.substr(series.size() + 1) : "";
    double scale = 1.0;
    if (series == "rack_power" && entity.starts_with("rack-")) {
      const auto rack = static_cast<std::size_t>(std::atol(entity.c_str() + 5));
      const auto groups = std::find_if(specs_.begin(), specs_.end(), [](const SeriesSpec& s) { return s.name == "rack_group_power"; });
      if (rack >= 1 && rack <= group_of_rack_.size() && groups != specs_.end()) {
        const auto g = static_cast<std::size_t>(group_of_rack_[rack - 1]);
        series = "rack_group_power";
        entity = groups->entities[g];
        scale = 1.0 / racks_of_group_[g];
      }
    }
    bool found = false;
    for (std::size_t s = 0; s < specs_.size() && !found; ++s) {
      const SeriesSpec& spec = specs_[s];
      if (spec.name != series) continue;
      const auto at = std::find(spec.entities.begin(), spec.entities.end(), entity);
      if (spec.entities.empty() ? !entity.empty() || !spec.dimension.empty() : at == spec.entities.end()) continue;
      sources_[s].push_back({i, spec.entities.empty() ? 0 : static_cast<std::size_t>(at - spec.entities.begin()), scale});
      signal.units = spec.units;
      signal.long_name = spec.long_name;
      signal.point = spec.cell_methods == "time: point";
      found = true;
    }
    if (found) continue;
    const std::string near = Nearest(signal.name, all);
    throw ConfigError(fmt::format("{}: the run has no such series{}; it has {}", signal.name,
                                  near.empty() ? "" : "; did you mean " + near + "?", fmt::join(all, ", ")));
  }
}

void SignalRecorder::Put(SeriesId series, std::size_t entity, double value) {
  if (!resolved_) Resolve();
  if (next_) next_->Put(passed_[series.index()], entity, value);
  for (const Source& s : sources_[series.index()])
    if (s.entity == entity) now_[s.signal] = value * s.scale;
}

void SignalRecorder::EndInterval(double time) {
  if (!resolved_) Resolve();
  if (next_) next_->EndInterval(time);
  times_.push_back(time);
  for (std::size_t i = 0; i < signals_.size(); ++i) signals_[i].values.push_back(std::exchange(now_[i], kNone));
}

void SignalRecorder::WriteTable(const Table& table) {
  if (next_) next_->WriteTable(table);
}

double SignalRecorder::Over(std::size_t index, double from, double to) const {
  const Recorded& s = signals_[index];
  auto i = static_cast<std::size_t>(std::upper_bound(times_.begin(), times_.end(), from + kSlack) - times_.begin());
  if (s.point) {
    const auto last = static_cast<std::size_t>(std::upper_bound(times_.begin(), times_.end(), to + kSlack) - times_.begin());
    return last == 0 ? kNone : s.values[last - 1];
  }
  double sum = 0.0, seconds = 0.0;
  for (; i < times_.size(); ++i) {
    const double begin = std::max(from, i == 0 ? 0.0 : times_[i - 1]), end = std::min(to, times_[i]);
    if (end <= begin) break;
    if (std::isfinite(s.values[i])) {
      sum += s.values[i] * (end - begin);
      seconds += end - begin;
    }
  }
  return seconds > 0.0 ? sum / seconds : kNone;
}

}  // namespace headroom::replay
