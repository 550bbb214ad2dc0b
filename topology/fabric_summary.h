#pragma once

#include <cstdint>

namespace headroom::topology {

/// How far apart two NICs are: the switches between them, and the time of cables and switches
/// without load.
struct Reach {
  std::uint32_t switches = 0;
  double latency = 0.0;  ///< s, one way, NICs and software not counted
};

/// What a network model needs to know of a fabric. Counts are of the whole system.
struct FabricSummary {
  std::uint32_t tiers = 1;  ///< of switches: leaf; leaf and spine; leaf, spine and core
  std::uint32_t nics = 0;
  double nic_rate = 0.0;  ///< B/s per direction
  std::uint32_t accelerators_per_domain = 1;
  double scale_up_bandwidth = 0.0;  ///< B/s per accelerator

  /// Nodes whose NICs of equal rank (of any rank in a fat tree) meet in one leaf, and below one set
  /// of spines.
  std::uint32_t nodes_per_leaf = 0;
  std::uint32_t nodes_per_pod = 0;
  /// Accelerators on one leaf: of one rail where the fabric has rails.
  std::uint32_t accelerators_per_leaf = 0;
  bool rails = false;  ///< a leaf serves NICs of one rank only

  Reach leaf;   ///< two NICs on one leaf
  Reach spine;  ///< on two leaves of a pod; equals `leaf` with one tier
  Reach core;   ///< in two pods; equals `spine` with fewer than three tiers

  double oversubscription =
      1.0;  ///< NIC over uplink bandwidth of the fullest leaf; below 1 where uplinks are spare
  double bisection = 0.0;  ///< B/s: half of the narrowest tier

  std::uint32_t leaves = 0;
  std::uint32_t spines = 0;
  std::uint32_t cores = 0;
  std::uint32_t host_cables = 0;
  std::uint32_t leaf_spine_cables = 0;
  std::uint32_t spine_core_cables = 0;

  std::uint32_t switches() const { return leaves + spines + cores; }
  /// Pluggables at both ends of the cables between switches and at the switch end of the hosts'.
  std::uint32_t switch_optics() const {
    return host_cables + 2 * (leaf_spine_cables + spine_core_cables);
  }
};

}  // namespace headroom::topology
