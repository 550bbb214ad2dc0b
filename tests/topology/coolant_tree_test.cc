#include "topology/coolant_tree.h"

#include <catch2/catch.hpp>

using namespace headroom::topology;

// 132 kW at 86 % are 113.52 kW of liquid heat; 2 MW carry 17 of them.
TEST_CASE("CDUs fill up to their capacity, system by system", "[topology][cooling]") {
  std::vector<LiquidLoad> racks(20, {SystemId(0), 113.52e3, 3.0});
  racks.insert(racks.end(), 2, {SystemId(1), 0.0});
  racks.insert(racks.end(), 2, {SystemId(2), 50e3});
  const CoolantTree tree = BuildCoolantTree(racks, CoolingSpec());
  REQUIRE(tree.cdus.size() == 3);
  CHECK(tree.cdus[0].name == "cdu-1");
  CHECK(tree.cdus[0].racks.size() == 17);
  CHECK(tree.cdus[1].racks.size() == 3);
  CHECK(tree.cdus[2].system == SystemId(2));
  CHECK(!tree.cdu_of_rack[20].valid());
  CHECK(tree.cdu_of_rack[23] == CduId(2));
  CHECK(tree.nameplate == Approx(20 * 113.52e3 + 100e3));
}

TEST_CASE("racks per CDU are taken as given", "[topology][cooling]") {
  CoolingSpec spec;
  spec.racks_per_cdu = 12;
  spec.cdu_capacity = 1e6;
  const CoolantTree tree =
      BuildCoolantTree(std::vector<LiquidLoad>(48, {SystemId(0), 113.52e3}), spec);
  CHECK(tree.cdus.size() == 4);
  CHECK(tree.cdus[3].racks.size() == 12);
  CHECK(tree.cdus[3].nameplate > tree.cdus[3].rating);
}

// 31.48 kg/s carry ten racks of 3 kg/s, where 2 MW would carry 17.
TEST_CASE("CDUs fill up to their flow", "[topology][cooling]") {
  CoolingSpec spec;
  spec.cdu_flow = 31.48;
  const CoolantTree tree =
      BuildCoolantTree(std::vector<LiquidLoad>(20, {SystemId(0), 113.52e3, 3.0}), spec);
  REQUIRE(tree.cdus.size() == 2);
  CHECK(tree.cdus[0].racks.size() == 10);
  CHECK(tree.cdus[0].flow == Approx(30.0));
}

TEST_CASE("a rack hotter than a CDU has one of its own", "[topology][cooling]") {
  const CoolantTree tree =
      BuildCoolantTree({{SystemId(0), 3e6}, {SystemId(0), 3e6}}, CoolingSpec());
  CHECK(tree.cdus.size() == 2);
}
