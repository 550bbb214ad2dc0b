#pragma once

#include <cstdint>
#include <deque>

namespace headroom::serving {

struct AutoscaleParams {
  std::uint32_t min = 1, max = 1;  ///< replicas that answer, start or may start
  double outstanding = 1.0;        ///< requests per replica that are aimed at
  double start_up = 0.0;           ///< s from the order until a replica answers
};

/// How many replicas a deployment should have: the rule of the Kubernetes HorizontalPodAutoscaler
/// (autoscaling/v2) at its defaults, on an average value per replica.
///
///     wanted = ceil(outstanding / target), or as many as there are if outstanding is within 10 %
///              of target * replicas
///     up     to wanted at once, at most to the larger of twice as many and four more per look
///     down   to the largest that any look of the last 5 min wanted
///
/// A look every 15 s. Replicas that start count as being there.
class Autoscaler {
 public:
  static constexpr double kPeriod = 15.0;      ///< s between looks
  static constexpr double kTolerance = 0.1;
  static constexpr double kStabilization = 300.0;  ///< s

  explicit Autoscaler(const AutoscaleParams& params) : params_(params) {}
  /// The number at `now`, which rises from look to look, of a deployment that has `current`.
  std::uint32_t Look(double now, std::uint64_t outstanding, std::uint32_t current);

 private:
  struct Advice {
    double at;
    std::uint32_t replicas;
  };
  AutoscaleParams params_;
  std::deque<Advice> recent_;  ///< falling numbers, so that the first is the largest
};

}  // namespace headroom::serving
