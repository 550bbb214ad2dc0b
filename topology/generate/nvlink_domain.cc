#include <algorithm>
#include <cmath>

#include "sim/core/check.h"
#include "topology/generate/generator.h"

namespace headroom::topology {

Network BuildNvlinkDomain(std::uint32_t accelerators, double bandwidth, double link_rate,
                          double latency) {
  HR_CHECK(accelerators > 0 && bandwidth > 0.0 && link_rate > 0.0, accelerators, bandwidth,
           link_rate);
  const auto planes = std::max(1u, static_cast<std::uint32_t>(std::lround(bandwidth / link_rate)));
  Network network;
  NetworkBuilder builder;
  for (std::uint32_t a = 0; a < accelerators; ++a) builder.Add({VertexKind::kNic, a});
  for (std::uint32_t p = 0; p < planes; ++p) {
    const std::uint32_t plane = builder.Add({VertexKind::kDomainSwitch, p});
    for (std::uint32_t a = 0; a < accelerators; ++a)
      builder.Connect(a, plane, {bandwidth / planes, latency / 2, 1});
  }
  network.graph = builder.Build();
  network.endpoints = accelerators;
  FabricSummary& s = network.summary;
  s.nics = accelerators;
  s.nic_rate = bandwidth;
  s.accelerators_per_domain = accelerators;
  s.scale_up_bandwidth = bandwidth;
  s.nodes_per_leaf = s.nodes_per_pod = s.accelerators_per_leaf = accelerators;
  s.leaf = s.spine = s.core = {1, latency};
  s.bisection = accelerators * bandwidth / 2;
  s.leaves = planes;
  s.host_cables = accelerators * planes;
  return network;
}

}  // namespace headroom::topology
