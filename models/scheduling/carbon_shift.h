#pragma once

#include <cstdint>
#include <vector>

namespace headroom::scheduling {

/// Carbon intensity hour by hour from the run's start, going round, and how long a job may be put off for a cleaner time.
///
/// A job submitted at t enters the queue at the s in [t, t + slack] with the least mean intensity over [s, s + length], the
/// first of equals; `length` is its estimate. The series is taken as a perfect forecast, and the queue's own wait comes on top
/// (Wiesner et al. 2021, "Let's wait awhile", scheduling by a forecast, jobs that are not interrupted).
struct CarbonShift {
  std::vector<double> intensity;  ///< of each hour, any unit; empty: jobs are not put off
  std::int64_t slack = 0;         ///< ns

  bool active() const { return !intensity.empty(); }
  /// Integral of the intensity over [from, to), in its unit times s; times in ns.
  double Integral(std::int64_t from, std::int64_t to) const;
  /// When a job submitted at `now` should enter the queue; ns.
  std::int64_t BestStart(std::int64_t now, std::int64_t length) const;
};

}  // namespace headroom::scheduling
