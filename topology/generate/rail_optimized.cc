#include "topology/generate/clos.h"

namespace headroom::topology {

/// A leaf takes NICs of one rank (a rail) from as many nodes as it has ports for; nics_per_node
/// leaves serve that block of nodes. Traffic of equal ranks within a block crosses one switch. A
/// system that fits one switch has no more than that. Source: NVIDIA DGX SuperPOD reference
/// architecture (scalable units of 32 nodes, 8 leaves).
Network BuildRailOptimized(const EndpointSpec& endpoints, const FabricSpec& fabric) {
  const LeafPorts ports = ShareLeafPorts(endpoints, fabric);
  const std::uint32_t nics = endpoints.nodes * endpoints.nics_per_node;
  LeafPlan plan;
  plan.leaf_of_nic.resize(nics);
  plan.leaves = 1;
  if (nics > ports.nics_alone) {
    plan.rails = true;
    plan.block = endpoints.nics_per_node;
    plan.nodes_per_block = ports.nics;
    plan.leaves = (endpoints.nodes + ports.nics - 1) / ports.nics * plan.block;
    for (std::uint32_t n = 0; n < nics; ++n)
      plan.leaf_of_nic[n] = n / plan.block / ports.nics * plan.block + n % plan.block;
  }
  return BuildClos(endpoints, fabric, plan);
}

}  // namespace headroom::topology
