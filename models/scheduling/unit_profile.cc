#include "models/scheduling/unit_profile.h"

#include <algorithm>

#include "sim/core/check.h"

namespace headroom::scheduling {

std::size_t UnitProfile::StepAt(std::int64_t time) const {
  return static_cast<std::size_t>(std::upper_bound(steps_.begin(), steps_.end(), time,
                                                   [](std::int64_t t, const Step& s) { return t < s.begin; }) -
                                  steps_.begin()) - 1;
}

UnitSet UnitProfile::FreeDuring(std::int64_t from, std::int64_t length) const {
  std::size_t i = StepAt(from);
  UnitSet free = steps_[i].free;
  for (++i; i < steps_.size() && steps_[i].begin < from + length; ++i) free.Intersect(steps_[i].free);
  return free;
}

UnitProfile::Hole UnitProfile::FirstFit(std::uint32_t need, std::int64_t length, std::int64_t from) const {
  for (std::size_t i = StepAt(from); i < steps_.size(); ++i) {
    if (steps_[i].free.count() < need) continue;
    const std::int64_t start = std::max(from, steps_[i].begin);
    UnitSet free = steps_[i].free;
    std::size_t j = i + 1;
    for (; j < steps_.size() && steps_[j].begin < start + length && free.count() >= need; ++j)
      free.Intersect(steps_[j].free);
    if (free.count() >= need) return {start, free.Lowest(need)};
  }
  HR_CHECK(false, need);
  return {};
}

std::size_t UnitProfile::Cut(std::int64_t time) {
  const std::size_t i = StepAt(time);
  if (steps_[i].begin == time) return i;
  steps_.insert(steps_.begin() + static_cast<std::ptrdiff_t>(i) + 1, {time, steps_[i].free});
  return i + 1;
}

void UnitProfile::Merge(std::size_t first, std::size_t last) {
  for (std::size_t i : {last, first})
    if (i > 0 && i < steps_.size() && steps_[i].free == steps_[i - 1].free)
      steps_.erase(steps_.begin() + static_cast<std::ptrdiff_t>(i));
}

void UnitProfile::Take(const Allocation& units, std::int64_t from, std::int64_t to) {
  if (from >= to) return;
  const std::size_t first = Cut(from), last = Cut(to);
  for (std::size_t i = first; i < last; ++i) steps_[i].free.Remove(units);
  Merge(first, last);
}

void UnitProfile::Give(const Allocation& units, std::int64_t from, std::int64_t to) {
  if (from >= to) return;
  const std::size_t first = Cut(from), last = Cut(to);
  for (std::size_t i = first; i < last; ++i) steps_[i].free.Add(units);
  Merge(first, last);
}

void UnitProfile::Trim(std::int64_t now) {
  const std::size_t i = StepAt(now);
  if (i < 16) return;
  steps_.erase(steps_.begin(), steps_.begin() + static_cast<std::ptrdiff_t>(i));
}

}  // namespace headroom::scheduling
