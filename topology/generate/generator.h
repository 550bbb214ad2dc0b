#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "topology/network.h"
#include "topology/spec.h"

namespace headroom::topology {

/// What a fabric joins: `nodes` nodes of `nics_per_node` equal ports of `rate` B/s per direction.
struct EndpointSpec {
  std::uint32_t nodes = 0;
  std::uint32_t nics_per_node = 1;
  double rate = 0.0;
};

/// One kind of network. A new one is a file with its function and a row in generator_table.cc.
struct FabricType {
  const char* name;
  const char* help;
  /// @throws ConfigError where the switches cannot join the endpoints.
  Network (*build)(const EndpointSpec& endpoints, const FabricSpec& fabric);
};

/// rail-optimized, fat-tree, dragonfly, torus.
const std::vector<FabricType>& FabricTypes();

/// Builds the network that `fabric.type` names. @throws ConfigError "site.fabric...".
Network BuildFabric(const EndpointSpec& endpoints, const FabricSpec& fabric);

Network BuildRailOptimized(const EndpointSpec& endpoints, const FabricSpec& fabric);
Network BuildFatTree(const EndpointSpec& endpoints, const FabricSpec& fabric);
Network BuildDragonfly(const EndpointSpec& endpoints, const FabricSpec& fabric);
Network BuildTorus(const EndpointSpec& endpoints, const FabricSpec& fabric);

/// One scale-up domain: `accelerators` accelerators, each with `bandwidth` B/s per direction spread
/// evenly over its links of `link_rate`; the links of equal rank of all accelerators meet in one
/// plane of the domain's switch. Any two are two links apart, and no pairing of them is blocked.
/// Chips that carry several planes are not told apart. Source: NVIDIA GB200 NVL72, 18 NVLink 5
/// links of 50 GB/s to 18 switch chips of 72 ports.
Network BuildNvlinkDomain(std::uint32_t accelerators, double bandwidth, double link_rate,
                          double latency);

}  // namespace headroom::topology
