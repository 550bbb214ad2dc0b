#include "topology/generate/clos.h"

#include <catch2/catch.hpp>

#include "sim/core/diagnostics.h"
#include "tests/topology/generate/max_flow.h"

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

}  // namespace

// Al-Fares et al. 2008: k^3/4 hosts, (k/2)^2 cores, k pods of k/2 edge and k/2 aggregation
// switches.
TEST_CASE("full fat trees have the switches of the closed form", "[topology][clos]") {
  for (const std::uint32_t k : {4u, 6u, 8u, 16u, 32u}) {
    const Network net = BuildFatTree({k * k * k / 4, 1, 1.0}, Switches(k));
    CHECK(net.summary.tiers == 3);
    CHECK(net.summary.leaves == k * k / 2);
    CHECK(net.summary.spines == k * k / 2);
    CHECK(net.summary.cores == k * k / 4);
    CHECK(net.summary.switches() == 5 * k * k / 4);
    CHECK(net.summary.host_cables == k * k * k / 4);
    CHECK(net.summary.leaf_spine_cables == k * k * k / 4);
    CHECK(net.summary.spine_core_cables == k * k * k / 4);
    CHECK(net.summary.oversubscription == 1.0);
  }
}

// Component counts of NVIDIA's DGX SuperPOD B200 reference architecture (64-port switches, 8
// rails): nodes, leaf, spine, core, node-leaf, leaf-spine and spine-core cables.
TEST_CASE("rail-optimised fabrics have the switches of NVIDIA's reference", "[topology][clos]") {
  const std::uint32_t rows[][7] = {{64, 16, 8, 0, 512, 512, 0},
                                   {128, 32, 16, 0, 1024, 1024, 0},
                                   {256, 64, 32, 0, 2048, 2048, 0},
                                   {512, 128, 128, 64, 4096, 4096, 4096},
                                   {1024, 256, 256, 128, 8192, 8192, 8192},
                                   {2048, 512, 512, 256, 16384, 16384, 16384}};
  for (const auto& row : rows) {
    const FabricSummary s = BuildRailOptimized({row[0], 8, 1.0}, Switches(64)).summary;
    CAPTURE(row[0]);
    CHECK(s.leaves == row[1]);
    CHECK(s.spines == row[2]);
    CHECK(s.cores == row[3]);
    CHECK(s.host_cables == row[4]);
    CHECK(s.leaf_spine_cables == row[5]);
    CHECK(s.spine_core_cables == row[6]);
    CHECK(s.rails);
    CHECK(s.nodes_per_leaf == 32);
    CHECK(s.accelerators_per_leaf == 32);
  }
}

TEST_CASE("a unit of 31 nodes keeps four spines", "[topology][clos]") {
  const FabricSummary s = BuildRailOptimized({31, 8, 1.0}, Switches(64)).summary;
  CHECK(s.leaves == 8);
  CHECK(s.spines == 4);
  CHECK(s.host_cables == 248);
  CHECK(s.leaf_spine_cables == 256);
  CHECK(s.oversubscription == Approx(31.0 / 32.0));
}

TEST_CASE("rails keep equal ranks on one leaf, fat trees a node's", "[topology][clos]") {
  const EndpointSpec ends{64, 8, 1.0};
  const Network rails = BuildRailOptimized(ends, Switches(64));
  const Network tree = BuildFatTree(ends, Switches(64));
  auto links = [](const Network& n, std::uint32_t a, std::uint32_t b) {
    return LinksFrom(n.graph, a)[b];
  };
  CHECK(links(rails, 0, 8) == 2);       // rank 0 of nodes 0 and 1
  CHECK(links(rails, 0, 31 * 8) == 2);  // of the last node of the block
  CHECK(links(rails, 0, 32 * 8) == 4);  // of the next block
  CHECK(links(rails, 0, 1) == 4);       // ranks 0 and 1 of one node
  CHECK(links(tree, 0, 1) == 2);
  CHECK(links(tree, 0, 3 * 8 + 7) == 2);  // 4 nodes of 8 fill 32 ports
  CHECK(links(tree, 0, 4 * 8) == 4);
  CHECK(tree.summary.nodes_per_leaf == 4);
}

TEST_CASE("latency adds switches and cables", "[topology][clos]") {
  FabricSpec f = Switches(8);
  f.switch_latency = 500e-9;
  f.cable_latency = 100e-9;
  const FabricSummary s = BuildFatTree({128, 1, 1.0}, f).summary;
  CHECK(s.leaf.latency == Approx(500e-9 + 2 * 100e-9));
  CHECK(s.spine.latency == Approx(3 * 500e-9 + 4 * 100e-9));
  CHECK(s.core.latency == Approx(5 * 500e-9 + 6 * 100e-9));
  CHECK(s.nodes_per_leaf == 4);
  CHECK(s.nodes_per_pod == 16);
}

TEST_CASE("what fits one switch takes one switch", "[topology][clos]") {
  const FabricSummary s = BuildRailOptimized({8, 8, 1.0}, Switches(64)).summary;
  CHECK(s.tiers == 1);
  CHECK(s.switches() == 1);
  CHECK(s.leaf_spine_cables == 0);
  CHECK(s.spine.switches == 1);
  CHECK(s.bisection == 32.0);
  CHECK(BuildRailOptimized({9, 8, 1.0}, Switches(64)).summary.tiers == 2);
}

// 64 ports at 3:1 are 48 down and 16 up.
TEST_CASE("oversubscription takes uplinks away", "[topology][clos]") {
  const Network net = BuildFatTree({768, 1, 1.0}, Switches(64, 3.0));
  CHECK(net.summary.leaves == 16);
  CHECK(net.summary.oversubscription == 3.0);
  CHECK(net.summary.leaf_spine_cables == 256);
  CHECK(net.summary.spines == 4);
  CHECK(net.summary.bisection == 128.0);
}

TEST_CASE("the bisection is what a maximal flow carries", "[topology][clos]") {
  // Even halves: 16 leaves in 4 pods, 8 leaves, 8 leaves at 2:1 (4 down, 2 up).
  const Network tree = BuildFatTree({32 * 4, 1, 1.0}, Switches(8));
  CHECK(tree.summary.tiers == 3);
  CHECK(tree.summary.bisection == 64.0);
  CHECK(BisectionFlow(tree) == Approx(64.0));
  const Network flat = BuildFatTree({32, 1, 1.0}, Switches(8));
  CHECK(flat.summary.tiers == 2);
  CHECK(BisectionFlow(flat) == Approx(flat.summary.bisection));
  const Network lean = BuildFatTree({24, 1, 1.0}, Switches(6, 2.0));
  CHECK(lean.summary.oversubscription == 2.0);
  CHECK(lean.summary.bisection == 6.0);
  CHECK(BisectionFlow(lean) == Approx(6.0));
  const Network rails = BuildRailOptimized({32, 4, 1.0}, Switches(16));
  CHECK(BisectionFlow(rails) == Approx(rails.summary.bisection));
}

TEST_CASE("fast ports are split and fast NICs take several", "[topology][clos]") {
  FabricSpec f = Switches(64);
  f.switch_rate = 100e9;
  const FabricSummary split = BuildRailOptimized({128, 8, 50e9}, f).summary;
  CHECK(split.accelerators_per_leaf == 64);
  CHECK(split.leaves == 16);
  CHECK(split.leaf_spine_cables == 16 * 32);
  CHECK(split.oversubscription == 1.0);
  f.switch_rate = 25e9;
  const FabricSummary wide = BuildRailOptimized({64, 8, 50e9}, f).summary;
  CHECK(wide.accelerators_per_leaf == 16);
  CHECK(wide.host_cables == 2 * 512);
  CHECK(wide.oversubscription == 1.0);
}

TEST_CASE("an impossible fabric is refused with its figures", "[topology][clos]") {
  CHECK_THROWS_WITH(BuildFatTree({129, 1, 1.0}, Switches(8)),
                    "site.fabric.switch: has 8 ports; three tiers of them with oversubscription 1 "
                    "join 128 NICs, not 129");
  CHECK_THROWS_WITH(BuildFatTree({3, 1, 1.0}, Switches(2, 9.0)),
                    Catch::EndsWith("with oversubscription 9 join 2 NICs, not 3"));
  CHECK_THROWS_WITH(BuildFatTree({300, 1, 4.0}, Switches(6)),
                    "site.fabric.switch: has 6 ports; with oversubscription 1 they leave 3 for "
                    "NICs, which need 4 each, and 3 for uplinks");
  FabricSpec f = Switches(8);
  f.type = "fattree";
  CHECK_THROWS_WITH(BuildFabric({4, 1, 1.0}, f),
                    "site.fabric.type: is fattree; it must be one of rail-optimized, fat-tree, dragonfly, torus "
                    "(did you mean fat-tree?)");
}
