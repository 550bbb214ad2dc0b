#include "models/power/shelf_storage.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

using namespace headroom::power;

namespace {

/// Peak-to-peak draw over the last second of a minute of a square swing.
double ResidualRange(double joules, double swing, double hertz) {
  ShelfStorage shelf({joules}, 700.0);
  double low = 1e9, high = -1e9;
  const double dt = 1e-4;
  for (int i = 0; i < 600000; ++i) {
    const double phase = std::fmod(i * dt * hertz, 1.0);
    const double draw = shelf.Draw(700.0 + (phase < 0.5 ? 0.5 : -0.5) * swing, dt);
    if (i < 590000) continue;
    low = std::min(low, draw);
    high = std::max(high, draw);
  }
  return high - low;
}

}  // namespace

TEST_CASE("a square swing moves a quarter of its energy per period", "[shelf]") {
  CHECK(EnergyToFlatten(1000.0, 3.9) == Approx(64.1).margin(0.01));
  CHECK(EnergyToFlatten(1000.0, 3.8) > 65.0);
  CHECK(EnergyToFlatten(500.0, 1.93) < 65.0);
  CHECK(EnergyToFlatten(500.0, 1.9) > 65.0);
}

// 65 J: 1 kW above 1000 / (4 x 65) = 3.846 Hz, 500 W above 1.923 Hz; the running mean of 2 s leaves
// 1 / (4 f 2 s) of the swing.
TEST_CASE("65 J flatten 1 kW only above 3.9 Hz and 500 W only above 1.9 Hz", "[shelf]") {
  CHECK(ResidualRange(65.0, 1000.0, 4.0) < 0.05 * 1000.0);
  CHECK(ResidualRange(65.0, 1000.0, 3.5) > 0.45 * 1000.0);
  CHECK(ResidualRange(65.0, 500.0, 2.0) < 0.08 * 500.0);
  CHECK(ResidualRange(65.0, 500.0, 1.75) > 0.45 * 500.0);
}

TEST_CASE("what a shelf draws is the load plus what it stores", "[shelf][conservation]") {
  ShelfStorage shelf({65.0}, 300.0);
  double in = 0.0, out = 0.0;
  const double start = shelf.stored();
  for (int i = 0; i < 100000; ++i) {
    const double load = 700.0 + 600.0 * std::sin(0.01 * i) * std::sin(0.0003 * i * i);
    in += shelf.Draw(load, 1e-3) * 1e-3;
    out += load * 1e-3;
    REQUIRE(shelf.stored() >= -1e-9);
    REQUIRE(shelf.stored() <= 65.0 + 1e-9);
  }
  CHECK(in - out == Approx(shelf.stored() - start).margin(1e-7));
}

TEST_CASE("no storage leaves the load as it is", "[shelf]") {
  ShelfStorage shelf({0.0}, 300.0);
  CHECK(shelf.Draw(812.5, 1e-3) == 812.5);
}

// A capacitor bus of 81 %: what goes in loses a tenth and what comes out another.
TEST_CASE("a shelf with losses draws what it loses more than it gives", "[shelf]") {
  ShelfStorageParams p{400.0};
  p.efficiency = 0.81;
  p.setpoint = 0.6;
  ShelfStorage shelf(p, 500.0);
  CHECK(shelf.stored() == Approx(240.0));
  double in = 0.0, out = 0.0, drawn = 0.0, loads = 0.0;
  for (int i = 0; i < 20000; ++i) {
    const double load = (i / 100) % 2 == 0 ? 900.0 : 100.0;
    const double draw = shelf.Draw(load, 1e-3);
    (draw > load ? in : out) += std::abs(draw - load) * 1e-3;
    drawn += draw * 1e-3;
    loads += load * 1e-3;
  }
  CHECK(shelf.stored() - 240.0 == Approx(0.9 * in - out / 0.9).margin(1e-9));
  CHECK(drawn > loads);
  CHECK(in > 10.0);
}
