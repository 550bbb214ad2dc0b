#pragma once

#include <cstdint>

namespace headroom::topology {

/// How far apart two NICs are: the switches between them, and the time of cables and switches
/// without load.
struct Reach {
  std::uint32_t switches = 0;
  double latency = 0.0;  ///< s, one way with equal cables, NICs and software not counted
  double crossed = 0.0;  ///< switches on average
  double trunks = 0.0;   ///< cables between switches on average, of the second kind (leaf to spine, or within a group)
  double globals = 0.0;  ///< ... of the third (spine to core, or between groups)
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

  /// How many times longer than its NICs alone need traffic takes that leaves its leaf for a neighbour, that leaves its
  /// pod (a dragonfly's group) for a neighbour, and an exchange of all with all. Of a dragonfly or torus only: in a folded
  /// Clos network `oversubscription` says it all. At least 1.
  double leaf_shortage = 1.0, pod_shortage = 1.0, exchange_shortage = 1.0;
  /// Cables over which minimal routes reach a neighbouring leaf and group; 0 where all are used.
  std::uint32_t neighbour_cables = 0, neighbour_group_cables = 0;

  std::uint32_t leaves = 0;
  std::uint32_t spines = 0;  ///< none in a dragonfly or torus: its cables of the second kind join leaves of a group (all of a
                             ///< torus), those of the third groups
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
