#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

#include "sim/core/diagnostics.h"
#include "sim/core/random.h"
#include "topology/generate/generator.h"

using namespace headroom;
using namespace headroom::topology;

namespace {

/// Ports in use at a switch, by the cables in the graph; a breakout cable takes its share of a
/// port.
void CheckPorts(const Network& net, const FabricSpec& fabric) {
  for (std::uint32_t v = net.endpoints; v < boost::num_vertices(net.graph); ++v) {
    double ports = 0.0;
    bool joined = false;
    for (auto [e, end] = boost::out_edges(v, net.graph); e != end; ++e) {
      const Link& link = net.graph[*e];
      const bool host = boost::target(*e, net.graph) < net.endpoints;
      ports +=
          host ? std::max<double>(link.cables, 0) *
                     std::min(1.0,
                              1.0 / std::floor(std::max(fabric.switch_rate / link.bandwidth, 1.0)))
               : link.cables;
      joined = true;
    }
    REQUIRE(joined);
    REQUIRE(ports <= fabric.switch_ports + 1e-9);
  }
}

void CheckReach(const Network& net, RandomStream* random) {
  const FabricSummary& s = net.summary;
  std::uint32_t farthest = 0;
  for (int i = 0; i < 3; ++i) {
    const auto from = static_cast<std::uint32_t>(random->Below(net.endpoints));
    const std::vector<std::uint32_t> links = LinksFrom(net.graph, from);
    for (std::uint32_t v = 0; v < links.size(); ++v) {
      REQUIRE(links[v] <= s.core.switches + 1);
      if (v == from || v >= net.endpoints) continue;
      REQUIRE((links[v] == s.leaf.switches + 1 || links[v] == s.spine.switches + 1 ||
               links[v] == s.core.switches + 1));
      farthest = std::max(farthest, links[v]);
    }
  }
  if (net.endpoints > 1) REQUIRE(farthest == s.core.switches + 1);
}

/// Nodes that the summary places below one leaf or one pod are that near, by their NICs of rank 0,
/// and the next is not.
void CheckNeighbours(const Network& net) {
  const FabricSummary& s = net.summary;
  const std::vector<std::uint32_t> links = LinksFrom(net.graph, 0);
  const std::uint32_t nodes = net.endpoints / net.nics_per_node;
  REQUIRE(s.nodes_per_leaf >= 1);
  REQUIRE(s.nodes_per_pod >= s.nodes_per_leaf);
  for (std::uint32_t n = 0; n < nodes; ++n) {
    const std::uint32_t apart = links[n * net.nics_per_node];
    CAPTURE(n, s.nodes_per_leaf, s.nodes_per_pod, apart);
    REQUIRE((n < s.nodes_per_leaf) == (apart <= s.leaf.switches + 1));
    if (s.tiers == 3 && n < s.nodes_per_pod) REQUIRE(apart <= s.spine.switches + 1);
    // A node that spreads over leaves may begin in one pod and end in the next.
    const bool whole = s.rails || s.accelerators_per_leaf % net.nics_per_node == 0;
    if (s.tiers == 3 && whole && n == s.nodes_per_pod) REQUIRE(apart == s.core.switches + 1);
  }
}

/// What the summary counts is what the graph holds.
void CheckCounts(const Network& net) {
  std::map<VertexKind, std::uint32_t> vertices;
  std::map<std::pair<VertexKind, VertexKind>, std::uint32_t> cables;
  for (auto [v, end] = boost::vertices(net.graph); v != end; ++v) ++vertices[net.graph[*v].kind];
  for (auto [e, end] = boost::edges(net.graph); e != end; ++e)
    cables[{net.graph[boost::source(*e, net.graph)].kind,
            net.graph[boost::target(*e, net.graph)].kind}] += net.graph[*e].cables;
  const FabricSummary& s = net.summary;
  REQUIRE(vertices[VertexKind::kNic] == s.nics);
  REQUIRE(vertices[VertexKind::kLeaf] == s.leaves);
  REQUIRE(vertices[VertexKind::kSpine] == s.spines);
  REQUIRE(vertices[VertexKind::kCore] == s.cores);
  REQUIRE(cables[{VertexKind::kNic, VertexKind::kLeaf}] == s.host_cables);
  REQUIRE(cables[{VertexKind::kLeaf, VertexKind::kSpine}] == s.leaf_spine_cables);
  REQUIRE(cables[{VertexKind::kSpine, VertexKind::kCore}] == s.spine_core_cables);
  REQUIRE(cables[{VertexKind::kSpine, VertexKind::kLeaf}] == s.leaf_spine_cables);
}

}  // namespace

TEST_CASE("every fabric joins everything within its ports", "[topology][property]") {
  RandomStream random(7, "fabrics");
  int built = 0, tiers[4] = {};
  for (int i = 0; i < 400; ++i) {
    FabricSpec fabric;
    fabric.switch_ports = static_cast<std::uint32_t>(4 + random.Below(61));
    fabric.oversubscription = 1.0 + static_cast<double>(random.Below(9)) / 2.0;
    EndpointSpec ends;
    ends.nodes = static_cast<std::uint32_t>(1 + random.Below(i % 2 ? 40 : 1000));
    ends.nics_per_node = static_cast<std::uint32_t>(1 + random.Below(9));
    const double rates[] = {12.5e9, 25e9, 50e9, 100e9};
    ends.rate = rates[random.Below(4)];
    const FabricType& type = FabricTypes()[random.Below(2)];  // folded Clos; dragonfly_torus_test.cc has the others
    fabric.type = type.name;
    CAPTURE(type.name, ends.nodes, ends.nics_per_node, ends.rate, fabric.switch_ports,
            fabric.oversubscription);
    Network net;
    try {
      net = BuildFabric(ends, fabric);
    } catch (const ConfigError& e) {
      REQUIRE_THAT(e.what(), Catch::StartsWith("site.fabric.switch: has "));
      continue;
    }
    ++built;
    ++tiers[net.summary.tiers];
    REQUIRE(net.endpoints == ends.nodes * ends.nics_per_node);
    REQUIRE(net.summary.oversubscription <= fabric.oversubscription * (1 + 1e-9));
    CheckPorts(net, fabric);
    CheckReach(net, &random);
    CheckNeighbours(net);
    CheckCounts(net);
  }
  CHECK(built > 250);
  CHECK(tiers[1] > 5);
  CHECK(tiers[2] > 50);
  CHECK(tiers[3] > 50);
}

TEST_CASE("more oversubscription never costs more switches", "[topology][property]") {
  for (const FabricType& type : FabricTypes()) {
    std::uint32_t before = 0xffffffff;
    for (const double o : {1.0, 3.0, 7.0}) {
      FabricSpec fabric;
      fabric.type = type.name;
      fabric.oversubscription = o;
      const std::uint32_t now = BuildFabric({512, 8, 50e9}, fabric).summary.switches();
      CHECK(now <= before);
      before = now;
    }
  }
}
