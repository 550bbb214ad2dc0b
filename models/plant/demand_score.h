#pragma once

#include <vector>

#include "models/plant/power_nodes_params.h"
#include "sim/probe/metric.h"

namespace headroom::plant {

/// How a site answers demand events: each is kept where its utility power is within 1 % of the limit from `kAnswer` after the
/// event's start to its end. The reduction is the mean of the quarter of an hour before the event less that from `kAnswer` on.
class DemandScore {
 public:
  explicit DemandScore(const std::vector<DemandEvent>& events);
  /// A step of `seconds` that ends at `end` with `utility` W on average.
  void Add(double end, double seconds, double utility);
  void SetMetrics(MetricSet& metrics) const;

  static constexpr double kAnswer = 300.0;  ///< s
  static constexpr double kBefore = 900.0;  ///< s

 private:
  struct Score {
    DemandEvent event;
    double before = 0.0, before_time = 0.0, during = 0.0, during_time = 0.0, over_time = 0.0;  // J, s
  };
  std::vector<Score> scores_;
};

}  // namespace headroom::plant
