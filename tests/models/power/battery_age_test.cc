#include "models/power/battery_age.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace headroom::power;

// At a charge of one half the anode stands at 0.1233 V; k = 4.946e-4 at 25 degC, times 365^0.526 is 1.10 %.
TEST_CASE("a year at rest costs what the law says", "[battery_age]") {
  CHECK(AnodePotential(0.5) == Approx(0.123304).epsilon(1e-5));
  CHECK(AnodePotential(1.0) == Approx(0.086382).epsilon(1e-4));
  BatteryAge age(0.0);
  for (int h = 0; h < 365 * 24; ++h) age.Add(3600.0, 0.5, 0.0, 298.15);
  CHECK(age.fade() == Approx(0.0110164).epsilon(1e-4));
  CHECK(age.FadeNow() == age.fade());
}

// One cycle of 80 % a day at 0.5 C for 1000 equivalent cycles: 6.62 % beside what time takes.
TEST_CASE("cycles cost by depth, rate and temperature", "[battery_age]") {
  const auto used = [](double rate, double kelvin) {
    BatteryAge rest(0.0), age(0.0);
    // Charge and discharge in whole hours, 0.8 of the capacity each way.
    const int hours = static_cast<int>(std::lround(0.8 / rate * 10.0));
    for (int day = 0; day < 1250; ++day) {
      double charge = 0.1;
      for (int i = 0; i < 240; ++i) {  // tenths of an hour
        double moved = 0.0;
        if (i < hours) moved = rate / 10.0;
        if (i >= 120 && i < 120 + hours) moved = -rate / 10.0;
        charge += moved;
        age.Add(360.0, charge, std::abs(moved), kelvin);
        rest.Add(360.0, charge, 0.0, kelvin);
      }
    }
    return age.fade() - rest.fade();
  };
  CHECK(used(0.5, 298.15) == Approx(0.0661865).epsilon(0.005));
  CHECK(used(1.0, 298.15) > 1.4 * used(0.5, 298.15));
  CHECK(used(0.5, 278.15) > used(0.5, 298.15));
}

TEST_CASE("heat and a full charge age a battery at rest", "[battery_age]") {
  const auto rest = [](double charge, double kelvin) {
    BatteryAge age(0.0);
    for (int h = 0; h < 100 * 24; ++h) age.Add(3600.0, charge, 0.0, kelvin);
    return age.fade();
  };
  CHECK(rest(0.5, 308.15) > 1.5 * rest(0.5, 298.15));
  CHECK(rest(1.0, 298.15) > rest(0.2, 298.15));
}

TEST_CASE("hours or minutes, the law is the same", "[battery_age]") {
  BatteryAge hours(0.02), minutes(0.02);
  for (int h = 0; h < 240; ++h) hours.Add(3600.0, 0.4, 0.01, 300.0);
  for (int m = 0; m < 240 * 60; ++m) minutes.Add(60.0, 0.4, 0.01 / 60.0, 300.0);
  CHECK(hours.fade() > 0.02);
  CHECK(hours.fade() == Approx(minutes.fade()).epsilon(1e-9));
}

TEST_CASE("the life is that of days like those so far", "[battery_age]") {
  BatteryAge age(0.0);
  for (int h = 0; h < 30 * 24 + 7; ++h) age.Add(3600.0, 0.5, 0.05, 298.15);
  const double life = age.LifeTo(0.2);
  BatteryAge long_run(0.0);
  const auto days = static_cast<int>(life / 86400.0);
  for (int h = 0; h < days * 24; ++h) long_run.Add(3600.0, 0.5, 0.05, 298.15);
  CHECK(long_run.fade() == Approx(0.2).epsilon(0.002));
  CHECK(std::isinf(BatteryAge(0.0).LifeTo(0.2)));
}
