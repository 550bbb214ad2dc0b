#include "models/power/bess.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "sim/core/diagnostics.h"

using namespace headroom;
using namespace headroom::power;

namespace {

BessParams Shaver() {
  BessParams p;
  p.energy = 3.6e9;  // 1 MWh
  p.power = 1e6;
  p.round_trip = 0.81;
  p.initial_charge = 0.5;
  p.response = 0.0;
  p.control = BessControl::kPeakShave;
  p.target = 6e6;
  return p;
}

}  // namespace

// 1.8e9 J in the cells are 0.9 x 1.8e9 = 1.62e9 J at the terminals: 500 kW for 3240 s.
TEST_CASE("peak shaving holds the target until the battery is empty", "[bess]") {
  Bess b(Shaver(), 6.5e6);
  for (int i = 0; i < 3240; ++i) {
    b.Advance(6.5e6, 1.0);
    REQUIRE(6.5e6 + b.power() == Approx(6e6).epsilon(1e-9));
  }
  CHECK(b.charge() == Approx(0.0).margin(1e-9));
  b.Advance(6.5e6, 1.0);
  CHECK(b.power() == Approx(0.0).margin(1e-3));
  CHECK(b.equivalent_cycles() == Approx(0.25).epsilon(1e-9));
}

TEST_CASE("below the target it charges with what is free, up to its power", "[bess]") {
  Bess b(Shaver(), 5.8e6);
  b.Advance(5.8e6, 10.0);
  CHECK(b.power() == 0.2e6);
  CHECK(b.stored_change() == Approx(0.9 * 2e6));
  CHECK(b.loss() == Approx(0.1 * 2e6));
  b.Advance(1e6, 10.0);
  CHECK(b.power() == 1e6);
}

TEST_CASE("power is never beyond the limit, nor fed to the utility", "[bess]") {
  Bess b(Shaver(), 9e6);
  b.Advance(9e6, 1.0);
  CHECK(b.power() == -1e6);
  BessParams smooth = Shaver();
  smooth.control = BessControl::kSmooth;
  Bess s(smooth, 0.0);
  s.Advance(0.2e6, 1.0);
  CHECK(s.power() >= -0.2e6);
}

// Losing sqrt(0.81) twice.
TEST_CASE("a charge and a discharge lose the round trip", "[bess][conservation]") {
  BessParams p = Shaver();
  p.initial_charge = 0.0;
  Bess b(p, 5e6);
  double in = 0.0, out = 0.0, lost = 0.0;
  for (int i = 0; i < 1000; ++i) {
    b.Advance(5e6, 1.0);
    in += b.power();
    lost += b.loss();
  }
  for (int i = 0; i < 1000; ++i) {
    b.Advance(7e6, 1.0);
    out -= b.power();
    lost += b.loss();
  }
  CHECK(out / in == Approx(0.81).epsilon(1e-9));
  CHECK(in - out == Approx(lost).epsilon(1e-9));
}

// A step of 1 MW: power = -(1 - exp(-t / 20 ms)) MW; the mean over the first 20 ms is -1 / e MW.
TEST_CASE("power lags its command by first order", "[bess]") {
  BessParams p = Shaver();
  p.response = 0.02;
  p.energy = 3.6e12;
  Bess b(p, 6e6);
  b.Advance(6e6, 1.0);
  double sum = 0.0;
  for (int i = 0; i < 20; ++i) {
    b.Advance(7e6, 1e-3);
    sum += b.power() / 20;
  }
  CHECK(sum == Approx(-1e6 * std::exp(-1.0)).epsilon(1e-6));
}

// A first-order low pass of 60 s leaves 1 / sqrt(1 + (2 pi 0.1 60)^2) = 1 / 37.7 of a sine of 10 s.
TEST_CASE("smoothing leaves what the low pass leaves", "[bess]") {
  BessParams p = Shaver();
  p.control = BessControl::kSmooth;
  p.recharge_time = 1e9;
  Bess b(p, 3e6);
  double low = 1e12, high = 0.0;
  for (int i = 0; i < 600000; ++i) {
    const double load = 3e6 + 0.5e6 * std::sin(0.2 * M_PI * i * 1e-3);
    b.Advance(load, 1e-3);
    if (i < 580000) continue;
    low = std::min(low, load + b.power());
    high = std::max(high, load + b.power());
  }
  CHECK(high - low == Approx(1e6 / 37.7).epsilon(0.01));
}

TEST_CASE("smoothing leads the charge back to where it began", "[bess]") {
  BessParams p = Shaver();
  p.control = BessControl::kSmooth;
  Bess b(p, 1e6);
  for (int i = 0; i < 120; ++i) b.Advance(1.9e6, 1.0);
  CHECK(b.charge() < 0.49);
  for (int i = 0; i < 40000; ++i) b.Advance(1.9e6, 1.0);
  CHECK(b.charge() == Approx(0.5).margin(1e-3));
}

TEST_CASE("bad batteries are refused by name, value and rule", "[bess]") {
  BessParams p = Shaver();
  p.initial_charge = 1.2;
  CHECK_THROWS_WITH(Bess(p, 0.0),
                    "site.power.bess.initial_charge: is 1.2; it must lie between 0 and 1");
  p = Shaver();
  p.round_trip = 1.1;
  CHECK_THROWS_WITH(Bess(p, 0.0),
                    "site.power.bess.round_trip: is 1.1; it must lie above 0 and not above 1");
  p = Shaver();
  p.target = 0.0;
  CHECK_THROWS_WITH(Bess(p, 0.0), Catch::Contains("must be given for peak-shave"));
}
