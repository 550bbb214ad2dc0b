#include "topology/floor_plan.h"

#include <catch2/catch.hpp>

using namespace headroom::topology;

// Margin 2, cold aisle 1.2 only between facing fronts, depth 1.2: row 0 at 2.0, row 1 at 2 + 1.2
// + 1.2 = 4.4, row 2 at 4.4 + 1.2 + 1.2 = 6.8.
TEST_CASE("rows stand back to back and face to face by turns", "[topology][floor]") {
  RoomSpec room;
  room.racks_per_row = 4;
  room.hot_aisle = 0.9;
  const FloorPlan plan = LayOut({5, 3}, room);
  CHECK(plan.rows == 3);
  REQUIRE(plan.places.size() == 8);
  CHECK(plan.places[0].x == Approx(2.3));
  CHECK(plan.places[0].y == Approx(2.6));
  CHECK(plan.places[3].x == Approx(2.0 + 3.5 * 0.6));
  CHECK(plan.places[4].row == 1);
  CHECK(plan.places[4].column == 0);
  CHECK(plan.places[4].y - plan.places[0].y == Approx(1.2 + 0.9));
  CHECK(plan.places[5].row == 2);
  CHECK(plan.places[5].y - plan.places[4].y == Approx(1.2 + 1.2));
  CHECK(plan.places[0].faces == Facing::kDown);
  CHECK(plan.places[4].faces == Facing::kUp);
  CHECK(plan.width == Approx(4.0 + 4 * 0.6));
  CHECK(plan.length == Approx(2.0 + 3 * 1.2 + 0.9 + 1.2 + 2.0));
}

TEST_CASE("no two racks overlap", "[topology][floor]") {
  const FloorPlan plan = LayOut({37, 1, 64}, RoomSpec());
  for (std::size_t i = 0; i < plan.places.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const auto &a = plan.places[i], &b = plan.places[j];
      const bool apart = std::abs(a.x - b.x) >= 0.6 - 1e-9 || std::abs(a.y - b.y) >= 1.2 - 1e-9;
      CHECK(apart);
    }
}

namespace {

std::string FloorErrors(const std::vector<std::uint32_t>& racks, const RoomSpec& room) {
  headroom::Diagnostics diagnostics;
  CheckFloor(LayOut(racks, room), room, &diagnostics);
  std::string out;
  for (const headroom::Finding& f : diagnostics.errors()) out += f.path + ": " + f.message + "\n";
  return out;
}

}  // namespace

// Four racks from x 2.0 to 4.4; the fourth is moved to 6.0, turned by a quarter: 1.2 m wide.
TEST_CASE("a placed rack stands where it is told, keeps its row, and the room grows", "[topology][floor]") {
  RoomSpec room;
  room.placed = {{3, 6.0, 5.0, Facing::kRight}, {0, 2.3, 2.6, {}}};
  const FloorPlan plan = LayOut({4}, room);
  CHECK(plan.places[3].x == 6.0);
  CHECK(plan.places[3].y == 5.0);
  CHECK(plan.places[3].row == 0);
  CHECK(plan.places[3].faces == Facing::kRight);
  CHECK(plan.places[0].faces == Facing::kDown);
  CHECK(plan.width == Approx(6.0 + 0.6 + 2.0));
  CHECK(plan.length == Approx(5.0 + 0.3 + 2.0));
  CHECK(FloorErrors({4}, room) == "");
  CHECK(Footprint(room, Facing::kLeft) == std::pair(1.2, 0.6));
}

TEST_CASE("racks in each other, outside of the room, or not there are refused by name", "[topology][floor]") {
  RoomSpec room;
  room.placed = {{1, 2.4, 2.6, {}}};  // 0.5 m of 0.6 m inside rack 1; rack 3 begins at 3.2 m
  CHECK(FloorErrors({3}, room) ==
        "site.floor.racks[rack-2]: stands in rack-1: their centres are 0.1 m and 0 m apart\n");
  room.placed = {{1, 0.2, 2.6, {}}, {7, 9.0, 9.0, {}}};
  CHECK(FloorErrors({3}, room) ==
        "site.floor.racks[rack-8]: is not there; the site has 3 racks\n"
        "site.floor.racks[rack-2]: at x 0.2 m, y 2.6 m reaches out of the hall of 5.8 m x 5.2 m\n");
  room.placed = {{2, 4.3, 2.6, {}}, {2, 8.0, 2.6, {}}};
  CHECK(FloorErrors({3}, room) == "site.floor.racks[rack-3]: is placed twice\n");
  room.placed.clear();
  room.width = 3.5;
  CHECK(FloorErrors({3}, room) ==
        "site.floor.width: is 3.5 m; racks in rows reach to x 3.8 m (racks_per_row makes rows shorter)\n");
}
