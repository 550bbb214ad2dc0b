#include "topology/cabling.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

using namespace headroom::topology;

namespace {

SiteSpec Site(std::uint32_t nodes) {
  SystemSpec s;
  s.name = "hgx";
  s.nodes = nodes;
  s.nodes_per_rack = 4;
  s.accelerators_per_node = 8;
  s.domain = 8;
  s.scale_up_bandwidth = 450e9;
  s.nic_rate = 50e9;
  s.rack_nameplate = 41e3;
  SiteSpec out;
  out.systems = {s};
  return out;
}

const CablingSpec kCabling{{{3, false, 100, 10, 0.2, 0.1}, {30, true, 500, 5, 0.2, 0.02}, {500, true, 1000, 1, 0.25, 0.02}}};

std::uint32_t Count(const std::vector<CableRun>& runs, std::uint32_t tier) {
  return std::accumulate(runs.begin(), runs.end(), 0u,
                         [&](std::uint32_t n, const CableRun& r) { return n + (r.tier == tier ? r.cables : 0); });
}

}  // namespace

TEST_CASE("a switch in the rack of its NICs is reached by copper", "[topology][cabling]") {
  const Facility site(Site(4));  // one rack, one switch
  const auto runs = LayCables(site, SystemId(0), kCabling);
  REQUIRE(runs.size() == 1);
  CHECK(runs[0].kind == 0);
  CHECK(runs[0].cables == 32);
  CHECK(runs[0].metres == Approx(64));
  CHECK(runs[0].switch_ends == 32);
  CHECK(runs[0].price == Approx(32 * (100 + 2 * 10)));
  CHECK(runs[0].mass == Approx(32 * (0.2 + 2 * 0.1)));
}

// Two racks 0.6 m apart: the only switch stands between them, 0.3 m and the rise of 5 m from each.
TEST_CASE("cables between racks run by the floor plan", "[topology][cabling]") {
  const Facility site(Site(8));
  const auto runs = LayCables(site, SystemId(0), kCabling);
  REQUIRE(runs.size() == 1);
  CHECK(runs[0].kind == 1);
  CHECK(runs[0].metres == Approx(64 * 5.3));
  CHECK(runs[0].longest == Approx(5.3));
}

TEST_CASE("all cables of the summary are laid, on every fabric", "[topology][cabling][conservation]") {
  for (const char* type : {"rail-optimized", "fat-tree", "dragonfly", "torus"})
    for (const std::uint32_t nodes : {4u, 40u, 300u, 700u}) {
      CAPTURE(type, nodes);
      SiteSpec spec = Site(nodes);
      spec.fabric.type = type;
      const Facility site(spec);
      const FabricSummary& f = site.systems()[0].fabric;
      const auto runs = LayCables(site, SystemId(0), kCabling);
      CHECK(Count(runs, 0) == f.host_cables);
      CHECK(Count(runs, 1) + Count(runs, 2) == f.leaf_spine_cables + f.spine_core_cables);
      if (f.spines > 0 || f.tiers < 3) CHECK(Count(runs, 1) == f.leaf_spine_cables);
      for (const CableRun& r : runs) {
        CHECK(!r.short_of);
        CHECK(r.longest <= kCabling.kinds[r.kind].reach);
      }
    }
}

// One leaf in one rack: 2 m of copper at each end, 4.3 ns/m, and the switch. Two racks: 5.3 m of fibre and its modules.
TEST_CASE("the way between two NICs takes as long as its cables are", "[topology][cabling]") {
  CablingSpec cabling = kCabling;
  cabling.kinds[0].delay_per_metre = 4.3e-9;
  for (CableKind* k : {&cabling.kinds[1], &cabling.kinds[2]}) {
    k->delay = 100e-9;
    k->delay_per_metre = 5e-9;
  }
  const auto delays = [&](const SiteSpec& spec) {
    const Facility site(spec);
    return DelaysOf(site.systems()[0].fabric, 600e-9, LayCables(site, SystemId(0), cabling));
  };
  CHECK(delays(Site(4)).leaf == Approx(600e-9 + 2 * 2 * 4.3e-9));
  CHECK(delays(Site(8)).leaf == Approx(600e-9 + 2 * (100e-9 + 5.3 * 5e-9)));
  for (const char* type : {"rail-optimized", "fat-tree", "dragonfly", "torus"}) {
    SiteSpec spec = Site(300);
    spec.fabric.type = type;
    const FabricDelays near = delays(spec);
    CHECK(near.spine > near.leaf);
    CHECK(near.core >= near.spine);
    // A hall ten times as wide: every cable but those to a leaf in the same rack is longer.
    spec.room.cold_aisle = spec.room.hot_aisle = 20;
    const FabricDelays far = delays(spec);
    CAPTURE(type, near.spine, far.spine);
    CHECK(far.spine > near.spine + 20e-9);
    CHECK(far.leaf >= near.leaf);
  }
}

TEST_CASE("a run that no kind reaches is told", "[topology][cabling]") {
  const Facility site(Site(40));
  CablingSpec copper = kCabling;
  copper.kinds.resize(1);
  bool told = false;
  for (const CableRun& r : LayCables(site, SystemId(0), copper)) told = told || r.short_of;
  CHECK(told);
}
