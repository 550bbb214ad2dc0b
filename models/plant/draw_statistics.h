#pragma once

#include <vector>

namespace headroom::plant {

/// Shares of a nameplate or rating over time: mean, extremes and percentiles weighted by time.
///
/// Percentiles come from bins of 0.1 % up to 200 %, interpolated inside a bin; shares beyond count as 200 %.
class DrawStatistics {
 public:
  void Add(double share, double seconds);
  /// All of another's time as well.
  void Add(const DrawStatistics& other);
  double seconds() const { return seconds_; }
  double mean() const { return seconds_ > 0.0 ? sum_ / seconds_ : 0.0; }
  double max() const { return max_; }
  /// The share that holds or is undercut for `part` of the time, 0..1.
  double Percentile(double part) const;

 private:
  std::vector<float> bins_;
  double seconds_ = 0.0, sum_ = 0.0, max_ = 0.0;
};

}  // namespace headroom::plant
