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
  CHECK(!plan.places[0].faces_up);
  CHECK(plan.places[4].faces_up);
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
