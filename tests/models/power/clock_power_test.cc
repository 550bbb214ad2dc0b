#include "models/power/clock_power.h"

#include <catch2/catch.hpp>

using namespace headroom::power;

// V(0.8) = 1 - 0.63 * 0.2 = 0.874; core 0.85: 0.85 * 0.7639 + 0.15 = 0.7993 of the energy, over 1.25 of the time.
TEST_CASE("a compute-bound kernel at 80 % of the clock draws 64 % above idle", "[clock_power]") {
  const ClockLaw law;
  CHECK(law.Voltage(0.8) == Approx(0.874));
  CHECK(law.Energy(0.8, 1.0) == Approx(0.799295));
  CHECK(law.Power(0.8, 1.0) == Approx(0.639436));
}

TEST_CASE("at full clock nothing changes, whatever the kernel", "[clock_power]") {
  const ClockLaw law;
  for (const double compute : {0.0, 0.3, 1.0}) {
    CHECK(law.Energy(1.0, compute) == 1.0);
    CHECK(law.Power(1.0, compute) == 1.0);
  }
}

TEST_CASE("power falls with the clock, of memory-bound work less", "[clock_power][properties]") {
  const ClockLaw law;
  for (double f = 0.2; f < 1.0; f += 0.05) {
    CHECK(law.Power(f, 1.0) < law.Power(f + 0.05, 1.0));
    CHECK(law.Power(f, 0.0) >= law.Power(f, 1.0));
  }
  CHECK(law.Voltage(0.1) == law.floor);
}

TEST_CASE("the clock within a limit is the largest that meets it", "[clock_power]") {
  const ClockLaw law;
  const auto watts = [&](double f) { return 200.0 + 800.0 * law.Power(f, 1.0); };
  CHECK(ClockWithin(1000.0, kLeastClock, watts) == 1.0);
  const double f = ClockWithin(700.0, kLeastClock, watts);
  CHECK(watts(f) <= 700.0);
  CHECK(watts(f) == Approx(700.0).epsilon(1e-5));
  CHECK(ClockWithin(100.0, kLeastClock, watts) == kLeastClock);
}
