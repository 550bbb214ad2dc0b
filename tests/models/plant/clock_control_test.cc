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

TEST_CASE("a cap settles where a load that follows its clock meets the limit", "[plant][cap]") {
  ClockParams params;
  PowerCap cap(params, 1e6);
  double share = 1.0, utility = 0.0;
  for (int i = 0; i < 300; ++i) {
    const double boards = 0.9e6 * share;
    utility = 0.3e6 + boards;
    share = cap.Update(utility, boards, 1.0);
  }
  CHECK(utility == Approx(0.99e6).epsilon(1e-6));
  CHECK(share == Approx(0.69 / 0.9).epsilon(1e-6));
}
