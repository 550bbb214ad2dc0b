#include "scenarios/build/load_groups.h"

#include <catch2/catch.hpp>

#include "scenarios/build/facility_builder.h"
#include "tests/scenarios/build/sample.h"

using namespace headroom;
using namespace headroom::scenario;

TEST_CASE("racks of one system, CDU and work are one group; every accelerator has one port", "[load_groups]") {
  Sample s(kMixedSite);
  const auto systems = TakeStock(*s.context);
  const BuiltFacility facility = BuildFacility(*s.context, systems);
  const auto slices = PlaceWork(systems, {{"a", "row", 0}, {"b", "train", 16}}, *s.context);
  const LoadGroups groups = MakeLoadGroups(systems, slices, facility.cdu_of_rack);

  std::uint32_t accelerators = 0, racks = 0, nodes = 0;
  for (const LoadGroup& g : groups.groups) {
    racks += g.racks;
    nodes += g.nodes;
    if (g.port) accelerators += g.port->accelerators;
  }
  CHECK(accelerators == 48 + 216 + 5);  // a plain node's processor counts as one
  CHECK(nodes == 6 + 54 + 5);
  CHECK(racks == 2 + 3 + 1);  // 5 generic nodes share a rack of 40

  // The liquid racks stand two to a CDU: cdu-1 cools two of them, cdu-2 the third.
  REQUIRE(groups.works[0].size() == 2);
  CHECK(groups.works[0][0].port->name == "row/cdu-1");
  CHECK(groups.works[0][0].accelerators == 128);
  CHECK(groups.works[0][1].port->name == "row/cdu-2");
  CHECK(groups.works[0][1].accelerators == 64);
  CHECK(groups.works[0][0].port->accelerators == 144);  // spares stand behind the same port

  REQUIRE(groups.works[1].size() == 1);
  CHECK(groups.works[1][0].port->name == "train/air");
  CHECK(groups.works[1][0].accelerators == 16);
}
