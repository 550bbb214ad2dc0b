#include "models/cooling/weather.h"

#include <catch2/catch.hpp>

#include "models/cooling/moist_air.h"

using namespace headroom;
using namespace headroom::cooling;

TEST_CASE("hourly weather stands at the ends of hours and runs linearly between", "[weather]") {
  const HourlyWeather w({{280, 270}, {290, 280}, {300, 270}}, 1.0, 3.0);
  CHECK(w.At(Instant::FromSeconds(0)).dry_bulb == Approx(283.0));
  CHECK(w.At(Instant::FromSeconds(1800)).dry_bulb == Approx(288.0));
  CHECK(w.At(Instant::FromSeconds(1800)).wet_bulb == Approx(278.0));
  CHECK(w.At(Instant::FromSeconds(7200)).dry_bulb == Approx(303.0));
  // Half an hour past the last reading: between it and the first.
  CHECK(w.At(Instant::FromSeconds(9000)).dry_bulb == Approx(293.0));
  CHECK(w.At(Instant::FromSeconds(3 * 3600 + 1800)).dry_bulb == Approx(288.0));
}

TEST_CASE("the first hour of a year comes after its last", "[weather]") {
  const HourlyWeather w({{280, 270}, {290, 280}}, 0.0, 0.0);
  CHECK(w.At(Instant::FromSeconds(0)).dry_bulb == Approx(290.0));
  CHECK(w.At(Instant::FromSeconds(3600)).dry_bulb == Approx(280.0));
}

TEST_CASE("wet bulbs agree with the psychrometric chart", "[weather]") {
  // Saturated air; and 30 degC at 50 % (dew point 18.44 degC): 22.0 degC (ASHRAE chart, sea level).
  CHECK(WetBulb(293.15, 293.15, 101325) == Approx(293.15).margin(1e-6));
  CHECK(WetBulb(303.15, 291.59, 101325) - 273.15 == Approx(22.0).margin(0.1));
}

// 6 K about 25 degC with the peak at 15:00; the wet bulb has half of it about 18 degC, and never stands above the dry one.
TEST_CASE("a synthetic day swings about its means", "[weather]") {
  WeatherSwing s;
  s.mean = {298.15, 291.15};
  s.daily = 6.0;
  s.hottest = 15 * 3600.0;
  const SwingWeather w(s);
  CHECK(w.At(Instant::FromSeconds(15 * 3600)).dry_bulb == Approx(304.15));
  CHECK(w.At(Instant::FromSeconds(15 * 3600)).wet_bulb == Approx(294.15));
  CHECK(w.At(Instant::FromSeconds(3 * 3600)).dry_bulb == Approx(292.15));
  CHECK(w.At(Instant::FromSeconds(3 * 3600)).wet_bulb == Approx(288.15));
  s.daily = 20.0;
  const SwingWeather wide(s);
  const Outdoors coldest = wide.At(Instant::FromSeconds(3 * 3600));
  CHECK(coldest.dry_bulb == Approx(278.15));
  CHECK(coldest.wet_bulb == coldest.dry_bulb);
  s.seasonal = 10.0;
  s.hottest_day = 200 * 86400.0;
  s.start = 200 * 86400.0;
  CHECK(SwingWeather(s).At(Instant::FromSeconds(15 * 3600)).dry_bulb == Approx(298.15 + 30.0).epsilon(1e-4));
}
