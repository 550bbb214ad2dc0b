#include "models/scheduling/availability.h"

#include <algorithm>

#include "sim/core/check.h"

namespace headroom::scheduling {

Availability::Availability(std::uint32_t units, std::uint32_t free,
                           const std::vector<std::pair<std::int64_t, std::uint32_t>>& releases)
    : steps_{{INT64_MIN, free}}, units_(units) {
  for (const auto& [time, count] : releases) {
    free += count;
    if (steps_.back().begin == time) {
      steps_.back().free = free;
    } else {
      steps_.push_back({time, free});
    }
  }
  HR_CHECK(free == units, free, units);
}

std::size_t Availability::StepAt(std::int64_t time) const {
  return static_cast<std::size_t>(std::upper_bound(steps_.begin(), steps_.end(), time,
                                                   [](std::int64_t t, const Step& s) { return t < s.begin; }) -
                                  steps_.begin()) - 1;
}

std::int64_t Availability::EarliestHole(std::uint32_t need, std::int64_t length, std::int64_t from) const {
  HR_CHECK(need <= units_, need, units_);
  std::int64_t start = from;
  for (std::size_t i = StepAt(from); i < steps_.size(); ++i) {
    if (steps_[i].begin >= start + length) break;
    if (steps_[i].free >= need) continue;
    HR_CHECK(i + 1 < steps_.size(), need);
    start = steps_[i + 1].begin;
  }
  return start;
}

std::size_t Availability::Cut(std::int64_t time) {
  const std::size_t i = StepAt(time);
  if (steps_[i].begin == time) return i;
  steps_.insert(steps_.begin() + static_cast<std::ptrdiff_t>(i) + 1, {time, steps_[i].free});
  return i + 1;
}

/// Joins equal neighbours among first - 1 .. last.
void Availability::Merge(std::size_t first, std::size_t last) {
  for (std::size_t i : {last, first})
    if (i > 0 && i < steps_.size() && steps_[i].free == steps_[i - 1].free)
      steps_.erase(steps_.begin() + static_cast<std::ptrdiff_t>(i));
}

void Availability::Take(std::uint32_t count, std::int64_t from, std::int64_t to) {
  if (from >= to) return;
  const std::size_t first = Cut(from), last = Cut(to);
  for (std::size_t i = first; i < last; ++i) {
    HR_CHECK(steps_[i].free >= count, steps_[i].free, count, from, to);
    steps_[i].free -= count;
  }
  Merge(first, last);
}

void Availability::Give(std::uint32_t count, std::int64_t from, std::int64_t to) {
  if (from >= to) return;
  const std::size_t first = Cut(from), last = Cut(to);
  for (std::size_t i = first; i < last; ++i) {
    steps_[i].free += count;
    HR_CHECK(steps_[i].free <= units_, steps_[i].free, count, from, to);
  }
  Merge(first, last);
}

void Availability::Trim(std::int64_t now) {
  const std::size_t i = StepAt(now);
  if (i < 64) return;
  steps_.erase(steps_.begin(), steps_.begin() + static_cast<std::ptrdiff_t>(i));
}

std::uint32_t Availability::FreeAt(std::int64_t time) const { return steps_[StepAt(time)].free; }

}  // namespace headroom::scheduling
