#pragma once

#include <cstdint>
#include <vector>

#include "topology/generate/generator.h"

namespace headroom::topology {

/// How the ports of a leaf are shared out between NICs and uplinks.
struct LeafPorts {
  std::uint32_t nics_per_port = 1;  ///< breakout: a port faster than a NIC is split
  std::uint32_t ports_per_nic = 1;  ///< a NIC faster than a port takes several
  std::uint32_t nics = 0;           ///< most that a leaf with uplinks takes
  std::uint32_t uplinks = 0;        ///< most that a leaf has
  std::uint32_t nics_alone = 0;     ///< most that one switch without uplinks takes
};

/// Of a switch with P ports floor(P * o / (1 + o)) go down and the rest up, o being the
/// oversubscription.
/// @throws ConfigError where nothing is left for either.
LeafPorts ShareLeafPorts(const EndpointSpec& endpoints, const FabricSpec& fabric);

/// Which NIC is on which leaf: the one thing in which folded-Clos fabrics differ.
struct LeafPlan {
  std::vector<std::uint32_t> leaf_of_nic;
  std::uint32_t leaves = 0;
  std::uint32_t block = 1;  ///< consecutive leaves that a pod does not split
  std::uint32_t nodes_per_block = 0;
  bool rails = false;
};

/// Spines and cores over given leaves: a folded Clos network of one, two or three tiers, the fewest
/// that reach.
///
/// Two tiers where the leaves do not outnumber a switch's ports: every leaf has equally many cables
/// to every spine. Three tiers otherwise: pods of at most floor(P/2) leaves with one cable to each
/// of the pod's spines, spine j of all pods joined by core group j, spines as many ports up as
/// down. A tier has as few switches as its cables allow with equal multiplicities. With k-port
/// switches and no oversubscription the largest is the k-ary fat tree: k^3/4 NICs, 5k^2/4 switches
/// (Al-Fares et al. 2008).
/// @throws ConfigError where three tiers do not reach.
Network BuildClos(const EndpointSpec& endpoints, const FabricSpec& fabric, const LeafPlan& plan);

}  // namespace headroom::topology
