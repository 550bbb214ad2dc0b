#include "models/cooling/coolant.h"

#include <catch2/catch.hpp>

#include "models/cooling/cold_plate.h"
#include "models/cooling/moist_air.h"
#include "models/cooling/water_use.h"
#include "models/cooling/weather.h"
#include "sim/core/diagnostics.h"

using namespace headroom;
using namespace headroom::cooling;

TEST_CASE("water and glycol have their tabulated properties", "[coolant]") {
  CHECK(Density(Coolant::kWater, 293.15) == Approx(998.2).margin(0.05));
  CHECK(Density(Coolant::kWater, 323.15) == Approx(988.0).margin(0.1));
  CHECK(SpecificHeat(Coolant::kWater, 293.15) == Approx(4182.0).margin(2.0));
  CHECK(SpecificHeat(Coolant::kPg25, 305.15) == Approx(3938.0).margin(1.0));
  CHECK(Density(Coolant::kPg25, 305.15) == Approx(1014.7).margin(0.2));
}

TEST_CASE("a cold plate resists less with more flow, down to a floor", "[coldplate]") {
  const ColdPlate plate = ColdPlate::OcpPg25();
  double last = 1.0;
  for (double flow = 0.2; flow < 4.0; flow += 0.1) {
    CHECK(plate.Resistance(flow) <= last);
    last = plate.Resistance(flow);
  }
  CHECK(plate.Resistance(1.0) == Approx(0.0245).epsilon(0.03));
  CHECK(plate.FlowFactor(1.0, 1.0) == 1.0);
  CHECK(plate.FlowFactor(1.0, 0.5) > 1.2);
}

TEST_CASE("saturated air has the enthalpy of the tables", "[air]") {
  CHECK(SaturationPressure(298.15) == Approx(3169.0).epsilon(0.004));
  CHECK(SaturatedEnthalpy(298.15) == Approx(76.5e3).epsilon(0.01));
  CHECK(SaturatedTemperature(SaturatedEnthalpy(301.0), 280.0) == Approx(301.0).epsilon(1e-9));
}

// 1 MWh evaporates 3.6e9 / 2.43e6 = 1481.5 kg; five cycles add a quarter of that.
TEST_CASE("make-up water is evaporation, blow-down and drift", "[water]") {
  const WaterUseParams params;
  CHECK(MakeUpWater(params, 3.6e9, 0.0) == Approx(1481.48 * 1.25).epsilon(1e-5));
  CHECK(MakeUpWater(params, 3.6e9, 1e6) ==
        Approx(1481.48 * 1.25).epsilon(1e-5));  // drift is part of what must go
  CHECK(MakeUpWater(params, 0.0, 1e6) == Approx(20.0));
}

TEST_CASE("a wet bulb above the dry bulb is refused", "[weather][errors]") {
  CHECK_THROWS_WITH(
      ConstantWeather({290.15, 292.15}),
      "site.cooling.weather.wet_bulb is 19.00 degC; it must not exceed dry_bulb, 17.00 degC");
}
