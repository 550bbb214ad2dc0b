#pragma once

#include <cstdint>
#include <string>

#include "sim/engine/port.h"

namespace headroom::power {

/// The least clock, of a group that is off.
inline constexpr double kStoppedClock = 1e-4;

/// Where work and plant meet: one group of accelerators that share a rack type, a CDU and an allowed clock.
///
/// Work adds to the meters for the accelerators that it holds; the plant takes them out at its coupling interval and
/// adds the idle power of those nobody holds. All meters count over all accelerators of the group:
///
///   energy     J   drawn by the boards of held accelerators, idle share included
///   held       accelerator-seconds for which work held an accelerator
///   busy       accelerator-seconds of kernels running (compute or communication); busy <= held
///
/// `clock` is the share of the full clock that the plant allows (1 = no throttle); work slows by it.
/// `kStoppedClock` says that its boards are off: work stands (it moves at that share of its full speed). What it then
/// still meters as energy the plant does not count.
struct LoadPort {
  std::string name;                ///< e.g. "train/cdu-1"
  std::uint32_t accelerators = 0;  ///< in the group
  Meter energy;
  Meter held;
  Meter busy;
  Signal<double> clock{1.0};
};

}  // namespace headroom::power
