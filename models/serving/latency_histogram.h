#pragma once

#include <cstdint>
#include <vector>

namespace headroom::serving {

/// Counts of positive durations, in bins of 1/1024 of an octave, so that billions of inter-token
/// gaps need 1 MiB.
///
/// Count, sum, least and greatest are exact. A percentile interpolates linearly between order
/// statistics, each taken as the mean of its bin: off by at most 0.07 % (a bin's width), by nothing
/// where a bin holds equal values.
class LatencyHistogram {
 public:
  LatencyHistogram();
  /// `weight` samples of `seconds` (>= 0).
  void Add(double seconds, std::uint64_t weight = 1);
  /// `weight` samples of each of first, first + increment, ..., `count` terms; increment >= 0.
  void AddSeries(double first, double increment, std::uint64_t count, std::uint64_t weight);
  void Merge(const LatencyHistogram& other);
  std::uint64_t count() const { return count_; }
  double mean() const;
  /// `share` in [0, 1]; NaN without samples.
  double Percentile(double share) const;

 private:
  struct Bin {
    std::uint64_t count = 0;
    double sum = 0.0;
  };
  static std::size_t Index(double seconds);
  double OrderStatistic(std::uint64_t rank) const;
  std::vector<Bin> bins_;
  std::uint64_t count_ = 0;
  double sum_ = 0.0, least_, greatest_;
};

/// Exact percentile by linear interpolation between order statistics; reorders `values`. NaN if
/// empty.
double Percentile(std::vector<double>& values, double share);

}  // namespace headroom::serving
