#include "models/plant/measured_power.h"

#include <catch2/catch.hpp>

#include "sim/core/diagnostics.h"
#include "tests/models/plant/site.h"

using namespace headroom;
using namespace headroom::plant;

namespace {

power::NodeParams Node() {
  power::NodeParams n;
  n.accelerators = 8;
  n.accelerator_idle = 100;
  n.accelerator_tdp = 700;
  n.host_idle = 1000;
  n.host_active = 1500;
  n.fan_power = 500;
  return n;
}

power::StageParams Supply() {
  power::StageParams s;
  s.name = "rectifier";
  s.fixed = 0.01;
  s.linear = 0.02;
  s.square = 0.01;
  s.rating = 40e3;
  return s;
}

}  // namespace

// 100 W until 10 s, 300 W until 20 s, 500 W after it.
TEST_CASE("a value is the mean of the interval that ends at its time", "[measured_power]") {
  const MeasuredPower p({10, 20, 30}, {100, 300, 500});
  CHECK(p.Mean(0, 10) == Approx(100));
  CHECK(p.Mean(5, 15) == Approx(200));
  CHECK(p.Mean(0, 30) == Approx(300));
  CHECK(p.Mean(18, 19) == Approx(300));
  CHECK(p.Mean(28, 100) == Approx(500));
  CHECK(p.Mean(-5, 0) == Approx(100));
}

TEST_CASE("times that do not rise are refused", "[measured_power]") {
  CHECK_THROWS_WITH(MeasuredPower({10, 10}, {1, 2}), Catch::Contains("do not rise"));
  CHECK_THROWS_AS(MeasuredPower({10}, {1, 2}), ConfigError);
}

TEST_CASE("what is measured comes apart and adds up again", "[measured_power]") {
  const power::ConversionStage stage(Supply());
  for (const double inlet : {5e3, 20e3, 60e3, 95e3}) {
    const MeasuredSplit s = SplitMeasured(inlet, Supply(), 3, Node(), 12, 300, 298.15);
    const double out = s.boards + s.host + s.fans + s.switches;
    CHECK(3 * stage.Input(out / 3) == Approx(inlet).epsilon(1e-9));
    CHECK(s.boards >= 0.0);
    CHECK(s.host >= 0.0);
  }
}

// 12 nodes whose boards draw 4000 W: busy (4000 - 800) / (5600 - 800) = 2/3, hosts 1333 W.
TEST_CASE("boards are found from the power in front of them", "[measured_power]") {
  const power::NodeDraw draw = power::DrawOf(Node(), 4000, 2.0 / 3.0, 298.15);
  const double out = 12 * (4000 + draw.host + draw.fans) + 300;
  const power::ConversionStage stage(Supply());
  const MeasuredSplit s = SplitMeasured(3 * stage.Input(out / 3), Supply(), 3, Node(), 12, 300, 298.15);
  CHECK(s.boards == Approx(48e3).epsilon(1e-6));
  CHECK(s.host == Approx(12 * draw.host).epsilon(1e-6));
}

TEST_CASE("less than hosts alone draw is all theirs", "[measured_power]") {
  const MeasuredSplit s = SplitMeasured(2e3, Supply(), 3, Node(), 12, 300, 298.15);
  CHECK(s.boards == 0.0);
  CHECK(s.fans == 0.0);
  CHECK(s.switches == Approx(300));
  CHECK(s.host > 0.0);
}
