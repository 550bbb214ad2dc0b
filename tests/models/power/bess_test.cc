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

// A command of -1 MW known 5 s late: nothing for 5 s, then all of it; a step that straddles the moment has its mean.
TEST_CASE("a dead time holds the answer back", "[bess]") {
  BessParams p = Shaver();
  p.delay = 5.0;
  Bess b(p, 6e6);
  for (int i = 0; i < 5; ++i) {
    b.Advance(7e6, 1.0);
    CHECK(b.power() == Approx(0.0).margin(1e-6));
  }
  b.Advance(7e6, 1.0);
  CHECK(b.power() == Approx(-1e6));
  Bess coarse(p, 6e6);
  coarse.Advance(7e6, 2.0);
  coarse.Advance(7e6, 2.0);
  coarse.Advance(7e6, 2.0);  // 4 to 6 s: half of it
  CHECK(coarse.power() == Approx(-0.5e6));
}

// From 0 to -1 MW at 100 kW/s: -50 kW mean in the first second, -950 kW in the tenth, then full.
TEST_CASE("its power moves no faster than its ramp, whatever the step", "[bess]") {
  BessParams p = Shaver();
  p.ramp = 1e5;
  Bess b(p, 6e6);
  for (int i = 0; i < 10; ++i) {
    b.Advance(7e6, 1.0);
    CHECK(b.power() == Approx(-(i + 0.5) * 1e5));
  }
  b.Advance(7e6, 1.0);
  CHECK(b.power() == Approx(-1e6));
  // With a lag of 2 s the energy of 20 s is the same in steps of 20 s and of 10 ms: 10 s of ramp and 2 s of lag are lost.
  p.response = 2.0;
  Bess one(p, 6e6), many(p, 6e6);
  one.Advance(7e6, 20.0);
  double energy = 0.0;
  for (int i = 0; i < 2000; ++i) {
    many.Advance(7e6, 0.01);
    energy += many.power() * 0.01;
  }
  CHECK(one.power() * 20.0 == Approx(energy).epsilon(1e-9));
  CHECK(energy == Approx(-1e6 * (20.0 - 5.0 - 2.0)).epsilon(0.01));
}

TEST_CASE("a taper slows the last of a charge and of a discharge", "[bess]") {
  BessParams p = Shaver();
  p.taper = 0.1;
  p.initial_charge = 0.95;
  Bess full(p, 1e6);
  full.Advance(1e6, 1.0);
  CHECK(full.power() == Approx(0.5e6));
  p.initial_charge = 0.02;
  Bess empty(p, 9e6);
  empty.Advance(9e6, 1.0);
  CHECK(empty.power() == Approx(-0.2e6));
}

TEST_CASE("a reserve is left to outages, which take it", "[bess]") {
  BessParams p = Shaver();
  p.reserve = 0.4;
  Bess b(p, 7e6);
  for (int i = 0; i < 3600; ++i) b.Advance(7e6, 1.0);
  CHECK(b.charge() == Approx(0.4).epsilon(1e-9));
  CHECK(b.CanCarry(0.9e6, 60.0));
  CHECK(!b.CanCarry(1.1e6, 1.0));
  // 0.4 x 3.6e9 J x 0.9 at 0.9 MW: 1440 s.
  int seconds = 0;
  double in = 0.0, out = 0.0;
  while (b.CanCarry(0.9e6, 1.0)) {
    b.Carry(0.9e6, 1.0);
    in += -b.stored_change();
    out += 0.9e6 + b.loss();
    ++seconds;
  }
  CHECK(seconds == 1440);
  CHECK(in == Approx(out).epsilon(1e-12));
  b.Rest(1.0);
  CHECK(b.power() == 0.0);
  CHECK(b.loss() == 0.0);
}

TEST_CASE("backup fills up within its time and leaves the utility below the ceiling", "[bess]") {
  BessParams p = Shaver();
  p.control = BessControl::kBackup;
  Bess b(p, 2e6);
  b.SetCeiling(2.3e6);
  b.Advance(2e6, 1.0);
  CHECK(b.power() == Approx(0.3e6));
  b.SetCeiling(9e6);
  for (int i = 0; i < 40000; ++i) b.Advance(2e6, 1.0);
  CHECK(b.charge() == Approx(1.0).epsilon(1e-3));
}

TEST_CASE("orders are followed, charging below the ceiling", "[bess]") {
  BessParams p = Shaver();
  p.control = BessControl::kFollow;
  Bess b(p, 2e6);
  b.SetCeiling(2.2e6);
  b.Order(0.7e6);
  b.Advance(2e6, 1.0);
  CHECK(b.power() == Approx(0.2e6));
  b.Order(-0.7e6);
  b.Advance(2e6, 1.0);
  CHECK(b.power() == Approx(-0.7e6));
}

TEST_CASE("cells warm by their losses and rest at their set-point", "[bess]") {
  BessParams p = Shaver();
  p.energy = 3.6e12;
  p.round_trip = 0.81;
  Bess b(p, 7e6);
  for (int i = 0; i < 100000; ++i) b.Advance(7e6, 1.0);
  // 1 MW out takes 1 / 0.9 MW from the cells.
  const double loss = 1e6 / 0.9 - 1e6;
  CHECK(b.temperature() - 298.15 == Approx(0.5 * loss * 7200.0 / (1.85e-3 * 3.6e12)).epsilon(1e-3));
  CHECK(b.temperature_max() == Approx(b.temperature()));
}

TEST_CASE("an aged battery holds less and closes its balance", "[bess][conservation]") {
  BessParams p = Shaver();
  p.fade = 0.25;
  p.initial_charge = 1.0;
  Bess b(p, 7e6);
  CHECK(b.capacity() == Approx(0.75 * 3.6e9));
  const double kept = b.stored();
  double in = 0.0, lost = 0.0;
  for (int i = 0; i < 200000; ++i) {
    b.Advance(i % 20000 < 8000 ? 7e6 : 1e6, 1.0);
    in += b.power();
    lost += b.loss();
  }
  CHECK(in - lost == Approx(b.stored() - kept).epsilon(1e-9));
  CHECK(b.age().fade() > 0.25);
  p.fade = 1.0;
  CHECK_THROWS_WITH(Bess(p, 0.0), "site.power.bess.fade: is 1; it must not be negative and lie below 1");
}
