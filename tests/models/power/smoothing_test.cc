#include "models/power/smoothing.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "sim/core/random.h"

using namespace headroom;
using namespace headroom::power;

namespace {

SmoothingParams Params(double floor, double up, double down, double delay) {
  SmoothingParams p;
  p.floor = floor;
  p.idle = 200.0;
  p.ramp_up = up;
  p.ramp_down = down;
  p.stop_delay = delay;
  return p;
}

/// 6 s of 1000 W, active, then 4 s of 200 W, not active.
void Square(PowerSmoother& s) {
  s.Advance(6.0, 1000.0, 1000.0, true);
  s.Advance(4.0, 200.0, 200.0, false);
}

/// 2 s up from 200 to 1000 W, 3 s there, 2 s down, 3 s at 200 W.
void Trapezoid(PowerSmoother& s) {
  s.Advance(2.0, 200.0, 1000.0, true);
  s.Advance(3.0, 1000.0, 1000.0, true);
  s.Advance(2.0, 1000.0, 200.0, true);
  s.Advance(3.0, 200.0, 200.0, true);
}

struct Costs {
  double burnt, undelivered;
};

template <class Cycle>
Costs CostsOf(PowerSmoother& s, Cycle cycle) {
  cycle(s);
  const double burnt = s.burnt(), undelivered = s.undelivered();
  cycle(s);
  return {s.burnt() - burnt, s.undelivered() - undelivered};
}

const double kInf = HUGE_VAL;

}  // namespace

// 4 s of every 10 the floor of 650 W lies 450 W above 200 W; useful are 6 x 1000 + 4 x 200 J.
TEST_CASE("a floor on a square costs what lies between trough and floor", "[smoothing]") {
  PowerSmoother s(Params(650.0, kInf, kInf, 10.0));
  CHECK(CostsOf(s, Square).burnt == Approx(1800.0).epsilon(1e-12));
  CHECK(s.overhead() == Approx(1800.0 / 6800.0).epsilon(1e-12));
  CHECK(s.overhead() == Approx(FloorOverhead(0.6, 1000.0, 200.0, 650.0)).epsilon(1e-12));
  CHECK(s.undelivered() == 0.0);
}

TEST_CASE("a stop delay holds the floor for its time and no longer", "[smoothing]") {
  PowerSmoother s(Params(650.0, kInf, kInf, 1.5));
  CHECK(CostsOf(s, Square).burnt == Approx(1.5 * 450.0).epsilon(1e-12));
  CHECK(s.power() == 200.0);
}

TEST_CASE("no floor holds before the first activity", "[smoothing]") {
  PowerSmoother s(Params(650.0, kInf, kInf, 1000.0));
  s.Advance(5.0, 200.0, 200.0, false);
  CHECK(s.burnt() == 0.0);
}

// Falling 800 W at 400 W/s leaves a triangle of 800 x 2 / 2 J; rising at 1600 W/s one of 800 x 0.5 / 2.
TEST_CASE("ramps on a square cost triangles", "[smoothing]") {
  PowerSmoother s(Params(0.0, 1600.0, 400.0, 0.0));
  const Costs c = CostsOf(s, Square);
  CHECK(c.burnt == Approx(800.0).epsilon(1e-12));
  CHECK(c.undelivered == Approx(200.0).epsilon(1e-12));
}

// Falling from 1000 W at 400 W/s to the floor takes 350 / 400 s, held to 1.5 s after the work, then
// 450 W at 400 W/s. The floor's part: 450 x 1.5; above it the triangle to 650, and the last one.
TEST_CASE("floor, ramp and delay together", "[smoothing]") {
  PowerSmoother s(Params(650.0, kInf, 400.0, 1.5));
  const double expected = 450.0 * 1.5 + 350.0 * 350.0 / 800.0 + 450.0 * 450.0 / 800.0;
  CHECK(CostsOf(s, Square).burnt == Approx(expected).epsilon(1e-12));
}

// Below 600 W: two triangles of 400 W and 1 s, and 3 s of 400 W. Useful: 2 x 1200 + 3000 + 600 J.
TEST_CASE("a floor on a trapezoid", "[smoothing]") {
  PowerSmoother s(Params(600.0, kInf, kInf, 0.0));
  CHECK(CostsOf(s, Trapezoid).burnt == Approx(1600.0).epsilon(1e-12));
  CHECK(s.overhead() == Approx(1600.0 / 6000.0).epsilon(1e-12));
}

// Against raw power that falls at 400 W/s for 2 s: 300 x 2^2 / 2; then 800 - 100 t over 2 .. 5 s; then
// 500 - 100 t against 200 + 400 t until they meet after 0.6 s.
TEST_CASE("a slow ramp down on a trapezoid", "[smoothing]") {
  PowerSmoother s(Params(0.0, kInf, 100.0, 0.0));
  CHECK(CostsOf(s, Trapezoid).burnt == Approx(600.0 + 1350.0 + 90.0).epsilon(1e-12));
}

TEST_CASE("samples held for 10 ms follow the clip rule at every sample", "[smoothing]") {
  const SmoothingParams p = Params(650.0, 3000.0, 2000.0, 0.05);
  PowerSmoother s(p);
  RandomStream random(7, "raw");
  const double dt = 0.01;
  double expected = p.idle, since = HUGE_VAL;
  for (int i = 0; i < 20000; ++i) {
    const double raw = 200.0 + 800.0 * random.Uniform();
    // Activity in blocks of 17 samples; a delay of five whole samples.
    const bool active = (i / 17) % 2 == 0;
    const bool floored = active || since < 5;
    since = active ? 0 : since + 1;
    const double target = floored ? std::max(raw, p.floor) : raw;
    expected = std::clamp(target, expected - p.ramp_down * dt, expected + p.ramp_up * dt);
    s.Advance(dt, raw, raw, active);
    REQUIRE(s.power() == Approx(expected).epsilon(1e-9));
  }
}

TEST_CASE("a floor on samples costs the sum over samples", "[smoothing]") {
  PowerSmoother s(Params(650.0, kInf, kInf, 0.0));
  RandomStream random(8, "raw");
  double burnt = 0.0, useful = 0.0;
  for (int i = 0; i < 20000; ++i) {
    const double raw = 200.0 + 800.0 * random.Uniform();
    burnt += 0.01 * std::max(0.0, 650.0 - raw);
    useful += 0.01 * raw;
    s.Advance(0.01, raw, raw, true);
  }
  CHECK(s.overhead() == Approx(burnt / useful).epsilon(1e-9));
}

TEST_CASE("drawn is useful plus burnt less undelivered, and pieces add up to it",
          "[smoothing][conservation]") {
  PowerSmoother whole(Params(650.0, 500.0, 300.0, 0.7)), split(Params(650.0, 500.0, 300.0, 0.7));
  RandomStream random(9, "raw");
  std::vector<PowerPiece> pieces;
  double seconds = 0.0;
  for (int i = 0; i < 5000; ++i) {
    const double length = 2.0 * random.Uniform(), from = 1000.0 * random.Uniform(),
                 to = 1000.0 * random.Uniform();
    const bool active = random.Uniform() < 0.5;
    whole.Advance(length, from, to, active, &pieces);
    split.Advance(0.3 * length, from, from + 0.3 * (to - from), active);
    split.Advance(0.7 * length, from + 0.3 * (to - from), to, active);
    seconds += length;
  }
  CHECK(whole.drawn() ==
        Approx(whole.raw() + whole.burnt() - whole.undelivered()).epsilon(1e-11));
  double energy = 0.0, length = 0.0, last = 200.0;
  for (const PowerPiece& p : pieces) {
    energy += 0.5 * (p.from + p.to) * p.seconds;
    length += p.seconds;
    // Finite ramps leave no jumps.
    REQUIRE(std::abs(p.from - last) < 1e-9);
    last = p.to;
  }
  CHECK(energy == Approx(whole.drawn()).epsilon(1e-11));
  CHECK(length == Approx(seconds).epsilon(1e-11));
  CHECK(split.burnt() == Approx(whole.burnt()).epsilon(1e-9));
  CHECK(split.undelivered() == Approx(whole.undelivered()).epsilon(1e-9));
}

// The published 10.5 % at a floor of 90 % of TDP: work at TDP and a trough of 30 % need a duty of
// 84.4 %: 0.156 x 0.6 / (0.844 + 0.156 x 0.3) = 0.105.
TEST_CASE("which duty cycle gives 10.5 % at a floor of 90 %", "[smoothing]") {
  CHECK(FloorOverhead(0.8441, 1.0, 0.3, 0.9) == Approx(0.105).margin(5e-5));
  CHECK(FloorOverhead(0.8661, 1.0, 0.2, 0.9) == Approx(0.105).margin(5e-5));
  CHECK(FloorOverhead(0.7680, 1.0, 0.5, 0.9) == Approx(0.105).margin(5e-5));
}
