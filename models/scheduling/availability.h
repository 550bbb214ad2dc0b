#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace headroom::scheduling {

/// Free units over time to come, as a count: a step function that conservative backfilling books into.
///
///     free(t) = units - sum of the bookings that cover t,   0 <= free(t) <= units
///
/// Times in ns. Which units are meant is left out; UnitProfile keeps that.
class Availability {
 public:
  explicit Availability(std::uint32_t units) : steps_{{INT64_MIN, units}}, units_(units) {}
  /// `free` units now, and more at each of `releases` (time, units), which ascend.
  Availability(std::uint32_t units, std::uint32_t free, const std::vector<std::pair<std::int64_t, std::uint32_t>>& releases);
  /// The earliest t >= from such that `need` units are free from t to t + length; need <= units.
  std::int64_t EarliestHole(std::uint32_t need, std::int64_t length, std::int64_t from) const;
  /// Books `count` units in [from, to), which must be free, respectively gives them back.
  void Take(std::uint32_t count, std::int64_t from, std::int64_t to);
  void Give(std::uint32_t count, std::int64_t from, std::int64_t to);
  /// Forgets what lies before `now`.
  void Trim(std::int64_t now);
  std::uint32_t FreeAt(std::int64_t time) const;
  std::size_t steps() const { return steps_.size(); }

 private:
  struct Step {
    std::int64_t begin;
    std::uint32_t free;
  };
  std::size_t StepAt(std::int64_t time) const;
  std::size_t Cut(std::int64_t time);
  void Merge(std::size_t first, std::size_t last);
  std::vector<Step> steps_;
  std::uint32_t units_;
};

}  // namespace headroom::scheduling
