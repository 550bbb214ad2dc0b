#include "models/power/lost_time.h"

#include <catch2/catch.hpp>

#include "models/power/clock_power.h"

using namespace headroom::power;

TEST_CASE("the speed is the clock at which work draws what it is given", "[lost_time]") {
  const ClockLaw law;
  CHECK(SpeedAt(1.0) == 1.0);
  CHECK(SpeedAt(1.3) == 1.0);
  for (double f : {0.1, 0.4, 0.6, 0.9}) CHECK(SpeedAt(law.Power(f, 1.0)) == Approx(f).margin(2e-6));
  CHECK(SpeedAt(0.0) == 0.0);
  CHECK(SpeedAt(0.001) < SpeedAt(0.01));
}

// Held at 600 W where 1000 W are asked for and 200 W are idle: half of the power above idle.
TEST_CASE("time lost under a constant limit is what the clock does not do", "[lost_time]") {
  const std::vector<PowerPiece> held = {{3.0, 600.0, 600.0}};
  CHECK(LostTime(held, 0, 1000.0, 200.0) == Approx(3.0 * (1.0 - SpeedAt(0.5))).epsilon(1e-9));
  CHECK(LostTime(held, 1, 1000.0, 200.0) == 0.0);
  CHECK(LostTime({{3.0, 1000.0, 1000.0}, {1.0, 1200.0, 1000.0}}, 0, 1000.0, 200.0) == 0.0);
}

// A ramp is the limit of ever finer steps; of one that crosses raw only the part below counts.
TEST_CASE("time lost on a ramp is the integral over it", "[lost_time]") {
  double steps = 0.0;
  const int n = 4000;
  for (int i = 0; i < n; ++i) steps += 8.0 / n * (1.0 - SpeedAt((i + 0.5) / n));
  const double ramp = LostTime({{8.0, 200.0, 1000.0}}, 0, 1000.0, 200.0);
  CHECK(ramp == Approx(steps).epsilon(2e-3));
  CHECK(ramp > 1.0);
  CHECK(ramp < 6.0);
  CHECK(LostTime({{10.0, 200.0, 1200.0}}, 0, 1000.0, 200.0) == Approx(ramp).epsilon(1e-12));
  CHECK(LostTime({{10.0, 1200.0, 200.0}}, 0, 1000.0, 200.0) == Approx(ramp).epsilon(1e-9));
}
