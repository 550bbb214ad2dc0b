#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/engine/port.h"

namespace headroom::power {

/// The least clock, of a group that is off.
inline constexpr double kStoppedClock = 1e-4;

/// A stretch of constant board power of one accelerator, from `start` [s from the run's start].
struct LoadPhase {
  double start = 0.0;
  double seconds = 0.0;
  double watts = 0.0;
  bool active = true;  ///< kernels run; smoothing keeps its floor only around activity
};

/// What alike accelerators of one workload behind one port do between couplings, phase by phase.
struct PhaseFeed {
  std::uint32_t accelerators = 0;
  std::vector<LoadPhase> phases;  ///< in order, without overlap; gaps: not held. Plant takes them
  Meter metered;                  ///< the share of LoadPort::energy that the phases stand for [J]
};

/// Bytes over the links of a group's accelerators, counted as network::Traffic counts them: totals since the start, which a
/// reader takes the difference of (several may read).
struct LinkMeters {
  double scale_up = 0.0;  ///< B sent to accelerators of the same domain
  double sent = 0.0;      ///< B by NICs into leaves
  double received = 0.0;  ///< B by NICs from leaves
  double up = 0.0;        ///< B of `sent` that leaves send to spines
  double down = 0.0;      ///< B of `received` that came from spines
  double core = 0.0;      ///< B of `up` that go on to cores

  /// `share` of `bytes`, a network::Traffic.
  template <class Traffic>
  void Add(const Traffic& bytes, double share) {
    scale_up += bytes.scale_up * share;
    sent += bytes.sent * share;
    received += bytes.received * share;
    up += bytes.up * share;
    down += bytes.down * share;
    core += bytes.core * share;
  }
};

/// Where work and plant meet: one group of accelerators that share a rack type, a CDU and an allowed clock.
///
/// Work adds to the meters for the accelerators that it holds; the plant takes them out at its coupling interval and
/// adds the idle power of those nobody holds. All meters count over all accelerators of the group:
///
///   energy     J   drawn by the boards of held accelerators, idle share included
///   held       accelerator-seconds for which work held an accelerator
///   busy       accelerator-seconds of kernels running (compute or communication); busy <= held
///   host       busy, times the load of the hosts' processors and memory (1: what their sheet takes for active)
///   links      bytes over their links, of work that knows them
///
/// `clock` is the share of the full clock that the plant allows (1 = no throttle); work slows by it.
/// `pace` is the share of its speed that work with phases keeps besides: where smoothing held its power down or
/// ballast shares its chip. It tells power as if the pace were 1.
/// Where `wants_phases` is set, work that knows its phases opens a feed and fills it beside the
/// meters; what the meters hold beyond all feeds counts as constant between couplings.
/// `kStoppedClock` says that its boards are off: work stands (it moves at that share of its full speed). What it then
/// still meters as energy the plant does not count.
struct LoadPort {
  std::string name;                ///< e.g. "train/cdu-1"
  std::uint32_t accelerators = 0;  ///< in the group
  Meter energy;
  Meter held;
  Meter busy;
  Meter host;
  LinkMeters links;
  Signal<double> clock{1.0};
  Signal<double> pace{1.0};
  bool wants_phases = false;
  std::vector<PhaseFeed> feeds;  ///< in the order in which work opened them
};

}  // namespace headroom::power
