#include <catch2/catch.hpp>

#include "models/cooling/dry_cooler.h"
#include "models/cooling/merkel_tower.h"
#include "models/cooling/york_calc.h"
#include "models/cooling/york_tower.h"
#include "sim/core/diagnostics.h"

using namespace headroom;
using namespace headroom::cooling;

namespace {
double Heat(const MerkelTower& tower, double wet_bulb, double entering, double water, double fan) {
  double air_out = entering;
  return tower.Conductance(wet_bulb, entering, water, fan, air_out, 60) * (entering - wet_bulb);
}
}  // namespace

// The water correction of the source is 1.0039 at design flow, so the design point is met within
// 0.3 %.
TEST_CASE("a tower rejects its capacity at its design point", "[tower]") {
  const TowerParams p;
  const MerkelTower tower(p, "tower");
  const double entering = p.design_wet_bulb + p.approach + p.range;
  CHECK(Heat(tower, p.design_wet_bulb, entering, tower.design_water_flow(), 1.0) ==
        Approx(p.capacity).epsilon(3e-3));
}

TEST_CASE("a tower does better with more air and drier air", "[tower]") {
  const MerkelTower tower(TowerParams{}, "tower");
  const double water = tower.design_water_flow();
  double last = 0.0;
  for (double fan : {0.0, 0.2, 0.4, 0.6, 0.8, 1.0}) {
    const double heat = Heat(tower, 291.15, 305.15, water, fan);
    CHECK(heat > last);
    last = heat;
  }
  last = 1e99;
  for (double wet : {263.15, 275.15, 285.15, 295.15, 300.15}) {
    const double heat = Heat(tower, wet, 305.15, water, 0.7);
    CHECK(heat < last);
    last = heat;
  }
  CHECK(tower.FanPower(0.5) == Approx(25e3 / 8));
}

TEST_CASE("an approach that no tower reaches is refused", "[tower][errors]") {
  TowerParams p;
  p.approach = 0.01;
  p.water_to_air = 3.0;
  CHECK_THROWS_WITH(MerkelTower(p, "site.cooling.liquid"), Catch::Contains("no tower reaches it"));
  p.range = -1;
  CHECK_THROWS_WITH(MerkelTower(p, "site.cooling.liquid"),
                    Catch::Contains("site.cooling.liquid: range is -1; it must be positive"));
}

// The correlation's reference: 78 degF wet bulb, 10 degF range, equal flows: an approach of 7 degF.
TEST_CASE("YorkCalc gives its reference approach", "[tower]") {
  CHECK(YorkCalcApproach(298.70, 5.56, 1.0) == Approx(3.89).margin(0.05));
}

TEST_CASE("YorkCalc's leaving water agrees with its own approach", "[tower]") {
  const double leaving = YorkCalcLeaving(293.15, 308.15, 0.9);
  CHECK(leaving == Approx(293.15 + YorkCalcApproach(293.15, 308.15 - leaving, 0.9)).epsilon(1e-9));
}

// The two laws differ most in cold air, where York's approach is the larger one.
TEST_CASE("a York tower meets its design point and lies below Merkel's in cold air", "[tower]") {
  const TowerParams p;
  const YorkTower york(p, "tower");
  const MerkelTower merkel(p, "tower");
  const double water = york.design_water_flow();
  const double entering = p.design_wet_bulb + p.approach + p.range;
  double leaving = entering;
  CHECK(york.Conductance(p.design_wet_bulb, entering, water, 1.0, leaving) * (p.approach + p.range) ==
        Approx(p.capacity).epsilon(1e-6));
  CHECK(leaving == Approx(p.design_wet_bulb + p.approach).epsilon(1e-9));
  for (double wet : {285.15, 291.15, 297.15})
    for (double fan : {0.6, 0.8, 1.0}) {
      const double warm = wet + 12.0;
      const double heat = york.Conductance(wet, warm, water, fan, leaving) * 12.0;
      const double other = Heat(merkel, wet, warm, water, fan);
      CHECK(heat < 1.02 * other);
      CHECK(heat > (wet > 295.0 ? 0.9 : 0.68) * other);
    }
  double last = 0.0;
  for (double fan : {0.0, 0.2, 0.4, 0.6, 0.8, 1.0}) {
    const double k = york.Conductance(291.15, 305.15, water, fan, leaving);
    CHECK(k >= last);
    last = k;
  }
  CHECK(york.FanPower(0.5) == Approx(p.fan_power / 8));
}

TEST_CASE("a York tower answers where water enters near the wet bulb", "[tower]") {
  const YorkTower york(TowerParams{}, "tower");
  double leaving = 300.0;
  for (double lift : {-1.0, 0.0, 0.01, 0.5, 1.0}) {
    const double k =
        york.Conductance(291.15, 291.15 + lift, york.design_water_flow(), 1.0, leaving);
    CHECK(k >= 0.0);
    CHECK(k < york.design_water_flow() * 4250.0);
  }
}

TEST_CASE("a dry cooler meets its design point and does better with more air", "[drycooler]") {
  const DryCooler cooler(DryCoolerParams{}, "cooler");
  const double water = cooler.design_water_flow();
  CHECK(water == Approx(1e6 / (5.0 * 4178.0)).epsilon(1e-3));
  CHECK(cooler.Conductance(water, 1.0) * 10.0 == Approx(1e6).epsilon(1e-6));
  double last = 0.0;
  for (double fan : {0.0, 0.2, 0.5, 0.8, 1.0}) {
    CHECK(cooler.Conductance(water, fan) > last);
    last = cooler.Conductance(water, fan);
  }
  CHECK(cooler.FanPower(0.5) == Approx(50e3 / 8));
}

TEST_CASE("a dry cooler cannot cool below the air", "[drycooler][errors]") {
  DryCoolerParams p;
  p.leaving = 290.15;
  CHECK_THROWS_WITH(
      DryCooler(p, "site.cooling.liquid"),
      "site.cooling.liquid: leaving is 17.00 degC; it must lie between air, 25.00 degC, and "
      "entering, 35.00 degC");
  p = DryCoolerParams{};
  p.leaving = 298.25;
  CHECK_THROWS_WITH(DryCooler(p, "site.cooling.liquid"), Catch::Contains("none reaches it"));
}
