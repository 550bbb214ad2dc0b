#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "scenarios/build/inventory.h"
#include "topology/facility.h"

namespace headroom::scenario {

/// Switches of the site's fabrics that pass no traffic; numbers from 0 over all systems in the order of the file, leaves rail by rail
/// within the nodes that they serve, spines pod by pod.
struct LostSwitches {
  std::vector<int> leaves, spines, cores;
  bool any() const { return !leaves.empty() || !spines.empty() || !cores.empty(); }
};

/// How many times longer what stands takes than with the link: a job that has lost its fabric waits.
inline constexpr double kCutOff = 1e6;

/// What lost switches do to one workload.
///
///     a rail's leaf       the nodes below keep k of n rails: their NICs' traffic takes n/k times as long
///     another leaf        the nodes below are cut off: what needs the fabric there stands
///     k of n spines       uplinks of the pod's leaves: n/(n - k) times as long, less where they have room
///     k of n cores        the same of what leaves its pod
///
/// Traffic of a lost rail takes the node's other NICs (NVLink joins them); routes are found at once. Left out: time-outs of
/// libraries, restarts of jobs, the front-end network, which is another one.
struct FabricLoss {
  double nic = 1.0;     ///< of all that its NICs send, its worst node's
  double uplink = 1.0;  ///< of what leaves its leaves
  std::vector<std::pair<std::uint32_t, std::uint32_t>> cut;  ///< its accelerators without a fabric: first, count
};

FabricLoss LossOf(const LostSwitches& lost, const std::vector<Slice>& slices, const std::vector<SystemStock>& systems,
                  const topology::Facility& site);

}  // namespace headroom::scenario
