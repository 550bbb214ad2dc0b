#include "models/power/generator.h"

#include <catch2/catch.hpp>

#include "sim/core/diagnostics.h"

using namespace headroom;
using namespace headroom::power;

namespace {

GeneratorParams Four() {
  GeneratorParams p;
  p.units = 4;
  p.needed = 3;
  p.rating = 2e6;
  p.start_failure = 0.0;
  return p;
}

using State = GeneratorSet::State;

}  // namespace

TEST_CASE("generators start, take blocks, give back and cool down", "[generator]") {
  GeneratorSet g(Four(), 1);
  g.Update(100.0, false, 0);
  CHECK(g.state() == State::kStarting);
  g.Update(109.0, false, 0);
  CHECK(g.Available(109.0) == 0.0);
  g.Update(110.0, false, 0);
  REQUIRE(g.carrying());
  // Half of 8 MW, then all of it five seconds later.
  CHECK(g.Available(110.0) == 4e6);
  CHECK(g.Available(114.9) == 4e6);
  CHECK(g.Available(115.0) == 8e6);
  g.Update(200.0, true, 0);
  CHECK(g.carrying());
  g.Update(499.0, true, 0);
  CHECK(g.carrying());
  g.Update(500.0, true, 0);
  CHECK(g.state() == State::kCooling);
  g.Update(600.0, false, 0);  // warm engines take load at once
  CHECK(g.carrying());
  g.Update(700.0, true, 0);
  g.Update(1000.0, true, 0);
  g.Update(1300.0, true, 0);
  CHECK(g.state() == State::kStandby);
  CHECK(g.starts() == 1);
}

TEST_CASE("a utility that blinks again keeps the site on its generators", "[generator]") {
  GeneratorSet g(Four(), 1);
  g.Update(0.0, false, 0);
  g.Update(10.0, false, 0);
  g.Update(100.0, true, 0);
  g.Update(399.0, false, 0);
  g.Update(400.0, true, 0);
  g.Update(699.0, true, 0);
  CHECK(g.carrying());
  g.Update(700.0, true, 0);
  CHECK(!g.carrying());
}

// 6 MW of 8 MW for an hour: (0.07 x 8 + 0.93 x 6) MW / 0.38 = 16.158 MW of fuel.
TEST_CASE("fuel has a part without load and a part with it", "[generator]") {
  GeneratorSet g(Four(), 1);
  g.Update(0.0, false, 0);
  g.Update(10.0, false, 0);
  for (int i = 0; i < 3600; ++i) g.Deliver(6e6, 1.0);
  CHECK(g.fuel() == Approx(3600.0 * (0.07 * 8e6 + 0.93 * 6e6) / 0.38));
  CHECK(g.fuel() == Approx(16.1579e6 * 3600.0).epsilon(1e-5));
  CHECK(g.energy() == Approx(2.16e10));
  CHECK(g.run_time() == Approx(3600.0));
}

// Three at full load for an hour fill the tank; four at 6 MW burn 1.0233 times as much: 58.6 min.
TEST_CASE("an empty tank stops them for good", "[generator]") {
  GeneratorParams p = Four();
  p.autonomy = 3600.0;
  GeneratorSet g(p, 1);
  g.Update(0.0, false, 0);
  g.Update(10.0, false, 0);
  int minutes = 0;
  while (g.carrying() && minutes < 100) {
    for (int i = 0; i < 60; ++i) g.Deliver(6e6, 1.0);
    ++minutes;
    g.Update(10.0 + 60.0 * minutes, false, 0);
  }
  CHECK(minutes == 59);
  CHECK(g.state() == State::kEmpty);
  g.Update(10000.0, true, 0);
  g.Update(20000.0, false, 0);
  CHECK(g.state() == State::kEmpty);
}

// At least three of four at 0.9 each: 0.9^4 + 4 x 0.9^3 x 0.1 = 0.9477; drawn 20,000 times within four deviations.
TEST_CASE("each start draws which engines fail", "[generator]") {
  GeneratorParams p = Four();
  p.start_failure = 0.1;
  p.retransfer = p.cool_down = 0.0;
  GeneratorSet g(p, 7);
  CHECK(g.Reliability() == Approx(0.9477));
  int enough = 0;
  for (int i = 0; i < 20000; ++i) {
    const double t = 1000.0 * i;
    g.Update(t, false, 0);
    g.Update(t + 10.0, false, 0);
    enough += g.running() >= 3;
    g.Update(t + 20.0, true, 0);
    g.Update(t + 30.0, true, 0);
  }
  CHECK(enough / 20000.0 == Approx(0.9477).margin(4 * 0.00157));
  CHECK(g.starts() == 20000);
  GeneratorParams never = Four();
  never.start_failure = 1.0;
  GeneratorSet none(never, 1);
  none.Update(0.0, false, 0);
  none.Update(10.0, false, 0);
  CHECK(none.state() == State::kTripped);
  CHECK(none.Reliability() == 0.0);
}

TEST_CASE("a lost engine is not there, before the start and after it", "[generator]") {
  GeneratorSet g(Four(), 1);
  g.Update(0.0, false, 1);
  g.Update(10.0, false, 1);
  CHECK(g.rated() == 6e6);
  g.Update(20.0, false, 3);
  CHECK(g.rated() == 2e6);
  g.Update(30.0, false, 4);
  CHECK(g.state() == State::kTripped);
}

TEST_CASE("bad generators are refused by name, value and rule", "[generator]") {
  GeneratorParams p = Four();
  p.efficiency = 1.2;
  CHECK_THROWS_WITH(GeneratorSet(p, 1), "site.power.generators.efficiency: is 1.2; it must lie between 0 and 1");
  p = Four();
  p.block = 0.0;
  CHECK_THROWS_WITH(GeneratorSet(p, 1), "site.power.generators.block: is 0; it must lie above 0 and not above 1");
}
