#include "topology/facility.h"

#include <catch2/catch.hpp>

#include "sim/core/check.h"
#include "sim/core/diagnostics.h"
#include "topology/network.h"

using namespace headroom;
using namespace headroom::topology;

namespace {

SystemSpec Nvl72(std::uint32_t racks) {
  SystemSpec s;
  s.name = "pod";
  s.nodes = racks * 18;
  s.nodes_per_rack = 18;
  s.accelerators_per_node = 4;
  s.domain = 72;
  s.scale_up_bandwidth = 900e9;
  s.nic_rate = 50e9;
  s.rack_nameplate = 132e3;
  s.rack_mass = 1360;
  s.liquid_share = 0.86;
  return s;
}

SystemSpec Hgx(std::uint32_t nodes) {
  SystemSpec s;
  s.name = "hgx";
  s.nodes = nodes;
  s.nodes_per_rack = 4;
  s.accelerators_per_node = 8;
  s.domain = 8;
  s.scale_up_bandwidth = 450e9;
  s.nic_rate = 50e9;
  s.rack_nameplate = 41e3;
  return s;
}

}  // namespace

TEST_CASE("systems, racks, nodes and accelerators count over the site", "[topology][facility]") {
  SiteSpec spec;
  SystemSpec plain = Hgx(3);
  plain.name = "login";
  plain.accelerators_per_node = 0;
  plain.domain = 1;
  spec.systems = {Nvl72(2), plain, Hgx(10)};
  const Facility site(spec);
  REQUIRE(site.systems().size() == 3);
  CHECK(site.racks().size() == 2 + 1 + 3);
  CHECK(site.nodes() == 36 + 3 + 10);
  CHECK(site.accelerators() == 144 + 80);
  const System& hgx = site.systems()[2];
  CHECK(hgx.first_rack == RackId(3));
  CHECK(hgx.first_node == NodeId(39));
  CHECK(hgx.first_accelerator == AcceleratorId(144));
  // The last rack holds 2 of 4 nodes.
  CHECK(site.racks()[5].nodes == 2);
  CHECK(site.racks()[5].nameplate == 20.5e3);
  CHECK(site.rack_of(NodeId(48)) == RackId(5));
  CHECK(site.rack_of(NodeId(35)) == RackId(1));
  CHECK(site.system_of(NodeId(36)) == SystemId(1));
  CHECK(site.node_of(AcceleratorId(143)) == NodeId(35));
  CHECK(site.node_of(AcceleratorId(144)) == NodeId(39));
  CHECK(site.node_of(AcceleratorId(223)) == NodeId(48));
  CHECK_THROWS_AS(site.node_of(AcceleratorId(224)), InternalError);
  CHECK(Name(RackId(0)) == "rack-1");
  CHECK(Name(NodeId(48)) == "node-49");
  CHECK(site.systems()[1].fabric.nics == 3);
  CHECK(site.systems()[0].fabric.accelerators_per_domain == 72);
  CHECK(site.cooling().cdus.size() == 1);
  CHECK(!site.cooling().cdu_of_rack[3].valid());
  CHECK(site.power().pdu_of_rack.size() == 6);
  CHECK(site.floor().rows == 3);
}

TEST_CASE("spares of a rack are not usable", "[topology][facility]") {
  SiteSpec spec;
  spec.systems = {Nvl72(4)};
  spec.systems[0].accelerators_used = 64;
  const Facility site(spec);
  CHECK(site.systems()[0].accelerators == 288);
  CHECK(site.systems()[0].usable_accelerators == 256);
  CHECK(site.racks()[3].usable_accelerators == 64);
}

TEST_CASE("2048 nodes of eight are a site like any other", "[topology][facility]") {
  SiteSpec spec;
  spec.systems = {Hgx(2048)};
  const Facility site(spec);
  CHECK(site.accelerators() == 16384);
  CHECK(site.systems()[0].fabric.switches() == 512 + 512 + 256);
  const Network& net = site.network(SystemId(0));
  CHECK(boost::num_vertices(net.graph) == 16384 + 1280);
  // Eight cores to a group of spines: four cables each, one link of the graph.
  CHECK(boost::num_edges(net.graph) == 2 * (16384 + 16384 + 16384 / 4));
}

TEST_CASE("everything that is wrong is told at once", "[topology][facility]") {
  SiteSpec spec;
  spec.systems = {Nvl72(2), Nvl72(1)};
  spec.systems[0].nic_rate = 0.0;
  spec.systems[0].liquid_share = 1.2;
  spec.systems[1].domain = 10;
  spec.fabric.oversubscription = 0.5;
  try {
    Facility site(spec);
    FAIL("built");
  } catch (const ConfigError& e) {
    std::string all;
    for (const Finding& f : e.findings()) all += f.Text() + "\n";
    CHECK(e.findings().size() == 5);
    CHECK_THAT(all, Catch::Contains("site.systems.pod.nic_rate: is 0; it must be positive\n"));
    CHECK_THAT(all, Catch::Contains(
                        "site.systems.pod.liquid_share: is 120 %; it must lie in 0 to 100 %\n"));
    CHECK_THAT(all, Catch::Contains("site.systems.pod.domain: is 10 accelerators; it must hold "
                                    "whole nodes of 4 or divide them\n"));
    CHECK_THAT(all, Catch::Contains("site.systems: has two of the name pod; names are unique\n"));
    CHECK_THAT(all,
               Catch::Contains("site.fabric.oversubscription: is 0.5; it must be at least 1\n"));
  }
  CHECK_THROWS_WITH(Facility(SiteSpec()), "site.systems: is empty; a site has at least one");
}
