#include "scenarios/build/inventory.h"

#include <catch2/catch.hpp>

#include "tests/scenarios/build/sample.h"

using namespace headroom;
using namespace headroom::scenario;

TEST_CASE("stock counts racks, nodes and accelerators of nodes and of racks", "[inventory]") {
  Sample s(kMixedSite);
  const auto systems = TakeStock(*s.context);
  REQUIRE(systems.size() == 3);
  CHECK(systems[0].racks == 2);  // 6 nodes, 4 to a rack
  CHECK(systems[0].accelerators() == 48);
  CHECK(systems[1].nodes == 54);  // 3 racks of 18 trays
  CHECK(systems[1].accelerators() == 216);
  CHECK(systems[1].usable_per_rack == 64);
  CHECK(systems[2].accelerators() == 0);
  CHECK(s.diagnostics.ok());
}

TEST_CASE("work takes whole systems in order, and spares of a rack stay free", "[inventory]") {
  Sample s(kMixedSite);
  const auto systems = TakeStock(*s.context);
  const auto slices = PlaceWork(systems, {{"a", "gb200", 100}, {"b", "row", 0}, {"c", "", 0}}, *s.context);
  REQUIRE(s.Errors() == "");
  REQUIRE(slices[0].size() == 1);
  CHECK(slices[0][0].system == 1);
  CHECK(slices[0][0].count == 100);
  CHECK(slices[1][0].first == 100);
  CHECK(slices[1][0].count == 92);  // 3 x 64 usable, less 100
  CHECK(slices[2][0].system == 0);  // what is left of any kind: the H100
  CHECK(slices[2][0].count == 48);
}

TEST_CASE("accelerator 64 of racks with 64 in use stands in the second rack's first node", "[inventory]") {
  Sample s(kMixedSite);
  const auto systems = TakeStock(*s.context);
  CHECK(NodeOf(systems[1], 0) == 0);
  CHECK(NodeOf(systems[1], 63) == 15);
  CHECK(NodeOf(systems[1], 64) == 18);
  CHECK(NodeOf(systems[0], 8) == 1);
}

TEST_CASE("claims that cannot be met are refused with what there is", "[inventory]") {
  Sample s(kMixedSite);
  const auto systems = TakeStock(*s.context);
  PlaceWork(systems, {{"w.train", "h100", 49}, {"w.serve", "mi300x", 8}, {"w.a", "h100", 0}, {"w.b", "h100", 8}}, *s.context);
  CHECK(s.Errors() ==
        "w.train: needs 49 accelerators of h100, but 48 of 48 are free\n"
        "w.serve.accelerators.type: no system of the site is or has 'mi300x'; there is: train (dgx-h100, h100), row "
        "(gb200-nvl72, gb200)\n"
        "w.b: needs 8 accelerators of h100, but 0 of 48 are free (other workloads hold the rest)\n");
}

TEST_CASE("more used accelerators than a rack has are refused", "[inventory]") {
  Sample s("schema: 1\nsite: {systems: [{name: r, type: gb200-nvl72, count: 1, accelerators_used: 73}]}\nrun: {duration: 1 s}\n");
  TakeStock(*s.context);
  CHECK(s.Errors() == "site.systems[r].accelerators_used: 73 is more than the 72 accelerators of a rack\n");
}
