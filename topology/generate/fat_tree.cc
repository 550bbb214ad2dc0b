#include <algorithm>

#include "topology/generate/clos.h"

namespace headroom::topology {

/// A leaf takes all NICs of as many whole nodes as it has ports for (where a node has more NICs
/// than a leaf takes, a node spreads over leaves). Source: Leiserson 1985; Al-Fares et al. 2008 for
/// the construction from equal switches.
Network BuildFatTree(const EndpointSpec& endpoints, const FabricSpec& fabric) {
  const LeafPorts ports = ShareLeafPorts(endpoints, fabric);
  const std::uint32_t nics = endpoints.nodes * endpoints.nics_per_node;
  LeafPlan plan;
  plan.leaf_of_nic.resize(nics);
  plan.leaves = 1;
  if (nics > ports.nics_alone) {
    plan.nodes_per_block = std::max(ports.nics / endpoints.nics_per_node, 1u);
    const std::uint32_t per_leaf =
        std::min(plan.nodes_per_block * endpoints.nics_per_node, ports.nics);
    plan.leaves = (nics + per_leaf - 1) / per_leaf;
    for (std::uint32_t n = 0; n < nics; ++n) plan.leaf_of_nic[n] = n / per_leaf;
  }
  return BuildClos(endpoints, fabric, plan);
}

}  // namespace headroom::topology
