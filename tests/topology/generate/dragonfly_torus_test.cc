#include <catch2/catch.hpp>
#include <map>

#include "sim/core/diagnostics.h"
#include "topology/generate/generator.h"

using namespace headroom;
using namespace headroom::topology;

namespace {

FabricSpec Switches(std::uint32_t ports, double oversubscription = 1.0) {
  FabricSpec f;
  f.switch_ports = ports;
  f.switch_rate = 1.0;
  f.oversubscription = oversubscription;
  return f;
}

/// All joined, no switch over its ports, cables as the summary counts them, and no two NICs farther apart than it says.
void CheckNetwork(const Network& net, std::uint32_t ports, bool farthest_is_least = true) {
  const FabricSummary& s = net.summary;
  std::uint32_t hosts = 0, trunks = 0;
  for (std::uint32_t v = 0; v < boost::num_vertices(net.graph); ++v) {
    std::uint32_t used = 0;
    for (auto [e, end] = boost::out_edges(v, net.graph); e != end; ++e) {
      used += net.graph[*e].cables;
      if (v >= net.endpoints) (boost::target(*e, net.graph) < net.endpoints ? hosts : trunks) += net.graph[*e].cables;
    }
    if (v >= net.endpoints) REQUIRE(used <= ports);
    if (v < net.endpoints) REQUIRE(used == 1);
  }
  CHECK(hosts == s.host_cables);
  CHECK(trunks == 2 * (s.leaf_spine_cables + s.spine_core_cables));
  for (const std::uint32_t from : {0u, net.endpoints / 2, net.endpoints - 1}) {
    const auto links = LinksFrom(net.graph, from);
    for (std::uint32_t v = 0; v < net.endpoints; ++v) {
      REQUIRE(links[v] != UINT32_MAX);
      if (farthest_is_least) REQUIRE(links[v] <= s.core.switches + 1);
    }
  }
}

}  // namespace

// Kim et al. 2008: with p = h = 2 and a = 4 a switch has p + a - 1 + h = 7 ports, 9 groups of 8 NICs make 72.
TEST_CASE("the balanced dragonfly of the paper has 9 groups of 4 switches", "[topology][dragonfly]") {
  const Network net = BuildDragonfly({72, 1, 1.0}, Switches(7));
  CHECK(net.summary.leaves == 36);
  CHECK(net.summary.tiers == 3);
  CHECK(net.summary.accelerators_per_leaf == 2);
  CHECK(net.summary.nodes_per_pod == 8);
  CHECK(net.summary.leaf_spine_cables == 9 * 6);
  CHECK(net.summary.spine_core_cables == 36);  // one between each of 9 * 8 / 2 pairs
  CheckNetwork(net, 7);
  // To a neighbour among 9 groups go one cable and ways over 7 others: 9 / 2 cables' worth for 8 NICs. All with all: one
  // byte, one cable.
  CHECK(net.summary.pod_shortage == Approx(8 / 4.5));
  CHECK(net.summary.exchange_shortage == Approx(1));
}

// Shortest ways alone: 8 NICs over the one cable to the next group, 2 over the one to the next switch.
TEST_CASE("minimal routes reach a neighbour over its own cables", "[topology][dragonfly]") {
  FabricSpec fabric = Switches(7);
  fabric.minimal_routes = true;
  const FabricSummary s = BuildDragonfly({72, 1, 1.0}, fabric).summary;
  CHECK(s.pod_shortage == Approx(8));
  CHECK(s.leaf_shortage == Approx(2));
  CHECK(s.neighbour_cables == 1);
  CHECK(s.neighbour_group_cables == 1);
  CHECK(s.exchange_shortage == Approx(1));
  // Two groups have no third: all cables join them, and both kinds of routing are one.
  for (const bool minimal : {false, true}) {
    fabric.minimal_routes = minimal;
    const FabricSummary two = BuildDragonfly({16, 1, 1.0}, fabric).summary;
    CHECK(two.spine_core_cables == 8);
    CHECK(two.pod_shortage == Approx(1));
  }
}

TEST_CASE("dragonflies of many sizes are whole", "[topology][dragonfly][property]") {
  for (const std::uint32_t nodes : {1u, 7u, 9u, 33u, 60u, 128u, 500u})
    for (const std::uint32_t rank : {1u, 4u, 8u})
      for (const std::uint32_t ports : {16u, 32u, 64u})
        for (const double o : {1.0, 2.0}) {
          CAPTURE(nodes, rank, ports, o);
          if (ports == 16 && nodes * rank > 600) continue;  // 684 are the most
          const Network net = BuildDragonfly({nodes, rank, 1.0}, Switches(ports, o));
          CHECK(net.endpoints == nodes * rank);
          CheckNetwork(net, ports);
        }
}

TEST_CASE("a dragonfly that cannot be is refused by what it lacks", "[topology][dragonfly][errors]") {
  CHECK_THROWS_WITH(BuildDragonfly({100, 1, 1.0}, Switches(7)), Catch::Contains("joins 72 NICs, not 100"));
  FabricSpec wide = Switches(16);
  wide.group = 40;
  CHECK_THROWS_WITH(BuildDragonfly({500, 1, 1.0}, wide), Catch::Contains("site.fabric.group"));
  CHECK_THROWS_WITH(BuildDragonfly({4, 1, 2.0}, Switches(16)), Catch::Contains("not be faster than a port"));
}

// 64 ports: 32 down, 32 over 6 neighbours are 5 each. 27 switches of 32 NICs make a cube of side 3.
TEST_CASE("a cube of switches by hand", "[topology][torus]") {
  const Network net = BuildTorus({108, 8, 1.0}, Switches(64));
  CHECK(net.summary.leaves == 27);
  CHECK(net.summary.accelerators_per_leaf == 32);
  CHECK(net.summary.leaf_spine_cables == 27 * 3 * 5);
  CheckNetwork(net, 64, false);
  // Neighbours: 32 NICs over 30 cables. All with all: 3/4 of a cable's length along each axis over 10 cables of it.
  CHECK(net.summary.leaf_shortage == Approx(32.0 / 30));
  CHECK(net.summary.exchange_shortage == Approx(32 * 0.75 / 10));
}

TEST_CASE("tori of many sizes are whole", "[topology][torus][property]") {
  for (const std::uint32_t nodes : {1u, 5u, 9u, 40u, 130u, 600u})
    for (const std::uint32_t rank : {1u, 8u})
      for (const std::uint32_t dimensions : {1u, 2u, 3u}) {
        CAPTURE(nodes, rank, dimensions);
        FabricSpec f = Switches(32);
        f.dimensions = dimensions;
        const Network net = BuildTorus({nodes, rank, 1.0}, f);
        CHECK(net.endpoints == nodes * rank);
        CheckNetwork(net, 32, false);
      }
  FabricSpec many = Switches(8);
  many.dimensions = 6;
  CHECK_THROWS_WITH(BuildTorus({100, 1, 1.0}, many), Catch::Contains("site.fabric.dimensions"));
}
