#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/core/diagnostics.h"
#include "topology/generate/generator.h"

namespace headroom::topology {
namespace {

using Count = std::uint32_t;

/// Sides of the smallest nearly cubic torus of at least `switches` switches, longest first.
std::vector<Count> Sides(Count switches, Count dimensions) {
  std::vector<Count> sides(dimensions, 1);
  const auto product = [&] {
    std::uint64_t n = 1;
    for (const Count k : sides) n *= k;
    return n;
  };
  while (product() < switches) ++*std::min_element(sides.begin(), sides.end());
  // A shorter last side may do.
  for (Count& k : sides)
    while (k > 1 && product() / k * (k - 1) >= switches) --k;
  std::sort(sides.rbegin(), sides.rend());
  return sides;
}

}  // namespace

/// Switches in a torus, each with its NICs and equally many cables to both neighbours along every axis; along an axis of two
/// both go to the same one. Collectives run rings along all axes at once, so traffic between neighbours has all cables; an
/// exchange of all with all crosses a quarter of every axis. Source: Dally and Towles, Principles and Practices of
/// Interconnection Networks, chapter 5.
Network BuildTorus(const EndpointSpec& ends, const FabricSpec& fabric) {
  const auto refuse = [](const char* path, const std::string& message) { throw ConfigError({{{}, path, message}}); };
  const Count nics = ends.nodes * ends.nics_per_node, dimensions = fabric.dimensions;
  if (ends.rate > fabric.switch_rate * (1 + 1e-9))
    refuse("site.fabric.type", "is torus, whose NICs must not be faster than a port of its switches");
  const Count per_port = std::max<Count>(1, static_cast<Count>(fabric.switch_rate / ends.rate * (1 + 1e-9)));
  const double share = fabric.oversubscription / (1 + fabric.oversubscription);
  Count down = static_cast<Count>(fabric.switch_ports * share * (1 + 1e-12));
  const bool alone = nics <= fabric.switch_ports * per_port;
  const Count cables = alone ? 0 : (fabric.switch_ports - down) / (2 * dimensions);
  if (!alone && (cables == 0 || down == 0))
    refuse("site.fabric.dimensions", fmt::format("is {}; of {} ports {} are left for the {} neighbours of a switch", dimensions,
                                                 fabric.switch_ports, fabric.switch_ports - down, 2 * dimensions));
  // Whole nodes below a switch where they fit.
  Count per_switch = alone ? nics : down * per_port;
  if (!alone && per_switch > ends.nics_per_node) per_switch -= per_switch % ends.nics_per_node;
  const std::vector<Count> sides = Sides((nics + per_switch - 1) / per_switch, dimensions);
  Count switches = 1;
  for (const Count k : sides) switches *= k;

  Network network;
  network.endpoints = nics;
  network.nics_per_node = ends.nics_per_node;
  NetworkBuilder builder;
  for (Count n = 0; n < nics; ++n) builder.Add({VertexKind::kNic, n});
  for (Count l = 0; l < switches; ++l) builder.Add({VertexKind::kLeaf, l});
  // Spread evenly, as the torus may have more switches than the NICs fill.
  const Count nodes_each = (ends.nodes + switches - 1) / switches;
  const Count each = per_switch >= ends.nics_per_node ? std::min(per_switch, nodes_each * ends.nics_per_node) : per_switch;
  for (Count n = 0; n < nics; ++n) builder.Connect(n, nics + n / each, {ends.rate, fabric.cable_latency, 1});
  FabricSummary& s = network.summary;
  double hops = 0, exchange = 0;
  Count axes = 0;
  for (std::size_t d = 0, stride = 1; d < sides.size(); stride *= sides[d++]) {
    const Count k = sides[d];
    if (k == 1) continue;
    ++axes;
    hops += k / 4.0;
    // Of the bytes of a switch k/4 cables along the axis carry each; it has two directions.
    exchange = std::max(exchange, each * ends.rate * k / 4.0 / (2 * cables * fabric.switch_rate));
    for (Count l = 0; l < switches; ++l) {
      const Count at = l / stride % k;
      if (k == 2 && at == 1) continue;
      const Count n = k == 2 ? 2 * cables : cables;
      builder.Connect(nics + l, nics + l + (at + 1 == k ? -(k - 1) * stride : stride), {n * fabric.switch_rate, fabric.cable_latency, n});
      s.leaf_spine_cables += n;
    }
  }
  s.tiers = switches > 1 ? 2 : 1;
  s.nics = nics;
  s.nic_rate = ends.rate;
  s.leaves = switches;
  s.accelerators_per_leaf = std::min(each, nics);
  s.nodes_per_leaf = std::clamp(each / ends.nics_per_node, 1u, ends.nodes);
  s.nodes_per_pod = ends.nodes;
  s.host_cables = nics;
  const auto reach = [&](double n) {
    return Reach{static_cast<Count>(std::lround(n)), n * fabric.switch_latency + (n + 1) * fabric.cable_latency, n, n - 1, 0};
  };
  s.leaf = reach(1);
  s.spine = s.core = switches > 1 ? reach(std::max(2.0, 1 + hops)) : s.leaf;
  s.bisection = nics * ends.rate / 2;
  if (switches > 1) {
    s.oversubscription = each * ends.rate / (2 * axes * cables * fabric.switch_rate);
    s.leaf_shortage = std::max(1.0, s.oversubscription);
    s.exchange_shortage = std::max(1.0, exchange);
    const double cut = 2.0 * cables * fabric.switch_rate * switches / sides.front();
    s.bisection = std::min(s.bisection, cut);
  }
  network.graph = builder.Build();
  return network;
}

}  // namespace headroom::topology
