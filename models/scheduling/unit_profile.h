#pragma once

#include <cstdint>
#include <vector>

#include "models/scheduling/unit_set.h"

namespace headroom::scheduling {

/// Free units over time to come, by their ids: a booking holds certain machines, as in Batsim's schedulers, so a later
/// job may find enough machines at every moment and yet none that are free for its whole length.
class UnitProfile {
 public:
  explicit UnitProfile(std::uint32_t units) : steps_{{INT64_MIN, UnitSet(units, true)}} {}
  /// The units that are free throughout [from, from + length).
  UnitSet FreeDuring(std::int64_t from, std::int64_t length) const;
  /// The earliest of `from` and the later step begins at which `need` units are free for `length`.
  struct Hole {
    std::int64_t start = 0;
    Allocation units;  ///< the lowest ids
  };
  Hole FirstFit(std::uint32_t need, std::int64_t length, std::int64_t from) const;
  void Take(const Allocation& units, std::int64_t from, std::int64_t to);
  void Give(const Allocation& units, std::int64_t from, std::int64_t to);
  void Trim(std::int64_t now);

 private:
  struct Step {
    std::int64_t begin;
    UnitSet free;
  };
  std::size_t StepAt(std::int64_t time) const;
  std::size_t Cut(std::int64_t time);
  void Merge(std::size_t first, std::size_t last);
  std::vector<Step> steps_;
};

}  // namespace headroom::scheduling
