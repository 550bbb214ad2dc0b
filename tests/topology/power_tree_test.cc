#include "topology/power_tree.h"

#include <catch2/catch.hpp>

using namespace headroom;
using namespace headroom::topology;

namespace {

PowerTree Build(const std::vector<double>& nameplates, const PowerSpec& spec,
                std::uint32_t per_row = 20) {
  RoomSpec room;
  room.racks_per_row = per_row;
  Diagnostics diagnostics;
  PowerTree tree =
      BuildPowerTree(nameplates, LayOut({static_cast<std::uint32_t>(nameplates.size())}, room),
                     spec, &diagnostics);
  diagnostics.ThrowIfErrors();
  return tree;
}

std::size_t Count(const PowerTree& tree, PowerUnitKind kind) {
  std::size_t n = 0;
  for (const PowerUnit& u : tree.units) n += u.kind == kind;
  return n;
}

}  // namespace

// A block of 2.5 MW filled to 80 % carries 2 MW: 15 racks of 132 kW (1.98 MW). 48 racks stand in
// rows of 20, 20 and 8, which are busways of 15, 5, 15, 5, 8 racks; 5 + 15 exceed a block, 5 + 8 do
// not.
TEST_CASE("blocks fill in order up to their share", "[topology][power]") {
  const PowerTree tree = Build(std::vector<double>(48, 132e3), PowerSpec());
  CHECK(Count(tree, PowerUnitKind::kPdu) == 5);
  CHECK(Count(tree, PowerUnitKind::kTransformer) == 4);
  CHECK(Count(tree, PowerUnitKind::kUps) == 4);
  CHECK(tree.units[0].name == "utility-1");
  CHECK(tree.units[0].rating == 10e6);
  CHECK(tree.units[0].nameplate == Approx(48 * 132e3));
  const PowerUnit& last = tree.units[tree.pdu_of_rack[47].index()];
  CHECK(last.name == "pdu-5");
  CHECK(last.racks.size() == 8);
  CHECK(last.rating == Approx(8 * 132e3 / 0.8));
  CHECK(tree.units[last.parent.index()].name == "ups-4");
  CHECK(tree.units[last.parent.index()].nameplate == Approx(13 * 132e3));
}

TEST_CASE("every rack hangs from the utility once and no unit is over its share",
          "[topology][power][conservation]") {
  std::vector<double> nameplates;
  for (int i = 0; i < 200; ++i) nameplates.push_back(10e3 + 700.0 * i);
  PowerSpec spec;
  spec.pdu_rating = 400e3;
  spec.ups = false;
  spec.utility_limit = 12e6;
  const PowerTree tree = Build(nameplates, spec, 7);
  CHECK(tree.units[0].rating == 12e6);
  CHECK(Count(tree, PowerUnitKind::kUps) == 0);
  std::size_t racks = 0;
  for (std::uint32_t i = 0; i < tree.units.size(); ++i) {
    const PowerUnit& u = tree.units[i];
    double below = 0.0;
    for (const RackId r : u.racks) below += nameplates[r.index()];
    for (const PowerUnitId c : u.children) {
      CHECK(tree.units[c.index()].parent.index() == i);
      CHECK(c.index() > i);
      below += tree.units[c.index()].nameplate;
    }
    CHECK(u.nameplate == Approx(below));
    if (i > 0) CHECK(u.nameplate <= spec.fill * u.rating * (1 + 1e-9));
    racks += u.racks.size();
  }
  CHECK(racks == nameplates.size());
}

TEST_CASE("a rack that nothing carries is refused", "[topology][power]") {
  PowerSpec spec;
  spec.pdu_rating = 100e3;
  CHECK_THROWS_WITH(
      Build({50e3, 132e3}, spec),
      "site.power: rack-2 has a nameplate of 132 kW; a PDU filled to 80 % carries 80 kW");
}
