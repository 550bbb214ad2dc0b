#include "topology/cabling.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "topology/network.h"

namespace headroom::topology {
namespace {

struct Place {
  double x = 0, y = 0;
  std::int64_t rack = -1;  ///< -1: in a network rack
};

/// NICs stand in their racks; a switch in the middle of the vertices before it that it joins (NICs, then leaves ...).
std::vector<Place> PlacesOf(const Facility& site, const System& system, const Network& network) {
  std::vector<Place> places(boost::num_vertices(network.graph));
  for (std::uint32_t v = 0; v < places.size(); ++v) {
    Place& place = places[v];
    if (v < network.endpoints) {
      const RackId rack = site.rack_of(NodeId(system.first_node.index() + v / network.nics_per_node));
      const RackPlace& at = site.floor().places[rack.index()];
      place = {at.x, at.y, rack.index()};
      continue;
    }
    const VertexKind kind = network.graph[v].kind;
    double below = 0;
    bool one = kind == VertexKind::kLeaf;
    for (auto [e, end] = boost::out_edges(v, network.graph); e != end; ++e) {
      const std::uint32_t u = boost::target(*e, network.graph);
      if (u >= v || network.graph[u].kind == kind) continue;
      if (below == 0) place.rack = places[u].rack;
      one = one && places[u].rack == place.rack;
      place.x += places[u].x;
      place.y += places[u].y;
      ++below;
    }
    if (below > 0) {
      place.x /= below;
      place.y /= below;
    }
    if (!one || below == 0) place.rack = -1;
  }
  return places;
}

}  // namespace

std::vector<CableRun> LayCables(const Facility& site, SystemId id, const CablingSpec& spec) {
  const System& system = site.systems()[id.index()];
  const Network& network = site.network(id);
  const std::vector<Place> places = PlacesOf(site, system, network);
  const std::uint32_t per_pod = system.fabric.nodes_per_pod * network.nics_per_node;
  const std::uint32_t leaves_per_pod =
      system.fabric.accelerators_per_leaf > 0 ? std::max(1u, per_pod / system.fabric.accelerators_per_leaf) : 1;
  std::map<std::pair<std::uint32_t, std::uint32_t>, CableRun> runs;
  for (auto [e, end] = boost::edges(network.graph); e != end; ++e) {
    const std::uint32_t a = boost::source(*e, network.graph), b = boost::target(*e, network.graph);
    if (a >= b) continue;
    const Place &p = places[a], &q = places[b];
    const double length = p.rack >= 0 && p.rack == q.rack
                              ? spec.in_rack
                              : std::abs(p.x - q.x) + std::abs(p.y - q.y) + spec.rise;
    std::uint32_t kind = 0;
    while (kind + 1 < spec.kinds.size() && spec.kinds[kind].reach < length) ++kind;
    const Vertex &low = network.graph[a], &high = network.graph[b];
    std::uint32_t tier = low.kind == VertexKind::kNic ? 0 : high.kind == VertexKind::kCore ? 2 : 1;
    if (low.kind == VertexKind::kLeaf && high.kind == VertexKind::kLeaf && system.fabric.tiers == 3 &&
        low.index / leaves_per_pod != high.index / leaves_per_pod)
      tier = 2;
    CableRun& run = runs[{tier, kind}];
    const std::uint32_t n = network.graph[*e].cables;
    const CableKind& k = spec.kinds[kind];
    run.kind = kind;
    run.tier = tier;
    run.cables += n;
    run.metres += n * length;
    run.longest = std::max(run.longest, length);
    run.switch_ends += n * (tier == 0 ? 1 : 2);
    run.price += n * (k.price * (tier == 0 ? spec.host_ends : spec.trunk_ends) + k.price_per_metre * length);
    run.delay += n * (k.delay + k.delay_per_metre * length);
    run.mass += n * (k.mass + k.mass_per_metre * length);
    run.short_of = run.short_of || length > k.reach;
  }
  std::vector<CableRun> out;
  for (const auto& [key, run] : runs) out.push_back(run);
  return out;
}

FabricDelays DelaysOf(const FabricSummary& fabric, double switch_latency, const std::vector<CableRun>& runs) {
  double delay[3] = {}, cables[3] = {};
  for (const CableRun& run : runs) {
    delay[run.tier] += run.delay;
    cables[run.tier] += run.cables;
  }
  const auto mean = [&](int tier) { return cables[tier] > 0 ? delay[tier] / cables[tier] : 0.0; };
  const auto way = [&](const Reach& r) {
    return r.crossed * switch_latency + 2 * mean(0) + r.trunks * mean(1) + r.globals * mean(2);
  };
  return {way(fabric.leaf), way(fabric.spine), way(fabric.core)};
}

}  // namespace headroom::topology
