#pragma once

#include <algorithm>
#include <cmath>

namespace headroom::power {

/// How a chip's voltage and power follow its clock, over those at full clock.
///
///     V(f)        = max(floor, 1 - slope (1 - f))
///     dynamic     a kernel's energy above idle goes with core V^2 + 1 - core: core is the part on the clock
///                 that falls; memory and links keep theirs
///     power       of a compute-bound kernel, which takes 1/f: f (core V^2 + 1 - core)
///     leakage     goes with V^2; the plant knows its temperature
///
/// V(f) times a share that a user may set (undervolting). All assumed: slope and floor as published voltage curves of 5 and 4 nm parts run (about three
/// quarters of the voltage at 60 % of the clock), core shares 0.85 of compute-bound and 0.5 of memory-bound
/// kernels. So a compute-bound kernel at 80 % of the clock draws 64 % of its power above idle.
struct ClockLaw {
  double slope = 0.63;
  double floor = 0.65;
  double core_compute = 0.85;
  double core_memory = 0.5;

  double Voltage(double clock) const { return std::max(floor, 1.0 - slope * (1.0 - clock)); }
  /// Energy above idle over that at full clock, of work whose time is bound by compute to the share `compute`.
  double Energy(double clock, double compute, double voltage = 1.0) const {
    const double core = core_memory + (core_compute - core_memory) * compute;
    const double v = Voltage(clock) * voltage;
    return core * v * v + 1.0 - core;
  }
  /// Power above idle over that at full clock, where the time goes by 1 + compute (1/f - 1).
  double Power(double clock, double compute, double voltage = 1.0) const {
    return Energy(clock, compute, voltage) / (1.0 + compute * (1.0 / clock - 1.0));
  }
};

/// The largest clock in [least, 1] at which `watts(clock)`, which does not fall with it, is within `limit`; `least` if none.
template <class F>
double ClockWithin(double limit, double least, const F& watts) {
  if (watts(1.0) <= limit) return 1.0;
  double low = least, high = 1.0;
  if (watts(low) > limit) return low;
  for (int i = 0; i < 30 && high - low > 1e-6; ++i) {
    const double middle = 0.5 * (low + high);
    (watts(middle) <= limit ? low : high) = middle;
  }
  return low;
}

/// Least clock to which firmware goes to meet a power limit. Assumed.
inline constexpr double kLeastClock = 0.15;

}  // namespace headroom::power
