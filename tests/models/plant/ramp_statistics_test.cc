#include "models/plant/ramp_statistics.h"

#include <catch2/catch.hpp>

using namespace headroom::plant;

TEST_CASE("a step of 100 W is a ramp of 100 W over its window", "[plant][ramp]") {
  RampStatistics second(1.0, 1.0), minute(1.0, 60.0);
  for (int i = 0; i < 200; ++i) {
    const double power = i < 100 ? 1000.0 : 1100.0;
    second.Add(power);
    minute.Add(power);
  }
  CHECK(second.up() == Approx(100.0));
  CHECK(minute.up() == Approx(100.0 / 60.0));
  CHECK(second.down() == 0.0);
}

TEST_CASE("a steady slope shows the same in every window", "[plant][ramp]") {
  RampStatistics second(0.5, 1.0), minute(0.5, 60.0);
  for (int i = 0; i < 600; ++i) {
    second.Add(5000.0 - 3.0 * i);
    minute.Add(5000.0 - 3.0 * i);
  }
  CHECK(second.down() == Approx(6.0));
  CHECK(minute.down() == Approx(6.0));
}

TEST_CASE("a window that does not fit the steps or the run gives nothing", "[plant][ramp]") {
  RampStatistics odd(0.7, 1.0), longer(1.0, 60.0), coarse(60.0, 1.0);
  for (int i = 0; i < 119; ++i) {
    odd.Add(i);
    longer.Add(i);
    coarse.Add(i);
  }
  CHECK_FALSE(odd.valid());
  CHECK_FALSE(coarse.valid());
  CHECK_FALSE(longer.valid());
  longer.Add(0.0);
  CHECK(longer.valid());
}
