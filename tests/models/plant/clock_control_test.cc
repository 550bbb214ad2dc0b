#include "models/plant/clock_control.h"

#include <catch2/catch.hpp>

using namespace headroom::plant;

TEST_CASE("a throttle engages at its temperature and lets go below by the hysteresis",
          "[plant][throttle]") {
  ThermalThrottle t(ClockParams{}, 360.0);
  CHECK(t.Update(359.9) == 1.0);
  CHECK_FALSE(t.engaged());
  CHECK(t.Update(360.0) == Approx(1.0 - 0.04 * 2.0));
  CHECK(t.Update(359.0) == Approx(0.96));
  CHECK(t.engaged());
  CHECK(t.Update(358.0) == 1.0);
  CHECK_FALSE(t.engaged());
  CHECK(t.Update(359.0) == 1.0);
  CHECK(t.Update(500.0) == Approx(0.3));
}

TEST_CASE("clocks are whole quanta, rounded down", "[plant][throttle]") {
  CHECK(Quantised(0.9239, 0.005) == Approx(0.92));
  CHECK(Quantised(0.925, 0.005) == Approx(0.925));
  CHECK(Quantised(1.0, 0.005) == 1.0);
}

TEST_CASE("a share that wavers between two quanta does not move the clock", "[plant][throttle]") {
  ClockSteps steps(0.005);
  CHECK(steps.Update(0.904) == Approx(0.9));
  for (int i = 0; i < 20; ++i) {
    CHECK(steps.Update(0.9051) == Approx(0.9));  // one more quantum would do
    CHECK(steps.Update(0.9049) == Approx(0.9));
  }
  CHECK(steps.Update(0.8999) == Approx(0.895));  // down at once
  CHECK(steps.Update(0.9049) == Approx(0.895));
  CHECK(steps.Update(0.9051) == Approx(0.905));  // up by two
  CHECK(steps.Update(1.0) == 1.0);
}

TEST_CASE("boards stay off until power, cooling and a cool die have lasted", "[plant][shutdown]") {
  BoardSwitch boards(ClockParams{}, 365.0, 358.0);  // restart after 300 s
  CHECK_FALSE(boards.Update(0.0, 364.9, true, true));
  CHECK(boards.Update(1.0, 365.0, true, false));
  CHECK(boards.Update(1000.0, 330.0, true, false));  // cool, but the coolant stands
  CHECK(boards.Update(1100.0, 330.0, true, true));
  CHECK(boards.Update(1299.0, 330.0, true, true));
  CHECK(boards.Update(1300.0, 330.0, true, false));  // a break starts the wait anew
  CHECK(boards.Update(1599.0, 330.0, true, true));
  CHECK_FALSE(boards.Update(1600.0, 330.0, true, true));
  CHECK(boards.Update(1700.0, 330.0, false, true));  // power fails
}

TEST_CASE("a cap settles where a load that follows its clock meets the limit", "[plant][cap]") {
  ClockParams params;
  PowerCap cap(params);
  double share = 1.0, utility = 0.0;
  for (int i = 0; i < 300; ++i) {
    const double boards = 0.9e6 * share;
    utility = 0.3e6 + boards;
    share = cap.Update(utility, 1e6, boards, 1.0);
  }
  // It rests where the error is within -1..2 quanta of the boards' 0.9 MW.
  CHECK(utility <= 0.99e6 + 0.005 * 0.9e6);
  CHECK(utility >= 0.99e6 - 0.010 * 0.9e6);
  const double rest = share;
  cap.Update(utility, 1e6, 0.9e6 * share, 1.0);
  CHECK(share == rest);
}

TEST_CASE("a cap that knows of power late still settles, later by what it waits", "[plant][cap]") {
  ClockParams params;
  params.cap_delay = 20.0;
  PowerCap cap(params);
  double share = 1.0, utility = 1.2e6;
  for (int i = 0; i < 20; ++i) {
    share = cap.Update(0.3e6 + 0.9e6 * share, 1e6, 0.9e6 * share, 1.0);
    CHECK(share <= 1.0);
    if (i < 20) utility = 0.3e6 + 0.9e6 * share;
  }
  int moves = 0;
  for (int i = 0; i < 900; ++i) {
    const double before = share;
    utility = 0.3e6 + 0.9e6 * share;
    share = cap.Update(utility, 1e6, 0.9e6 * share, 1.0);
    if (i >= 600) moves += share != before;
  }
  CHECK(moves == 0);
  CHECK(utility <= 0.99e6 + 0.005 * 0.9e6);
  CHECK(utility >= 0.99e6 - 0.010 * 0.9e6);
}
