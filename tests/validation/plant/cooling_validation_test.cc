#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>

#include "models/cooling/chiller.h"
#include "models/cooling/cold_plate.h"
#include "models/cooling/coolant.h"
#include "models/cooling/dry_cooler.h"
#include "models/cooling/merkel_tower.h"
#include "models/cooling/york_calc.h"
#include "tests/validation/plant/reference.h"

using namespace headroom;
using namespace headroom::cooling;
using namespace headroom::validation;

TEST_CASE("YorkCalc follows the Modelica trajectory to 1e-5 K", "[validation][tower]") {
  const auto held = ReadReference("modelica_ref/yorkcalc_correlation.csv");
  if (!held) return;
  REQUIRE(held->rows() == 101);
  double worst = 0.0;
  for (std::size_t i = 0; i < held->rows(); ++i) {
    const double x = 0.25 + held->number(i, "time_s");
    worst =
        std::max(worst, std::abs(YorkCalcApproach(298.70, 5.56, x) - held->number(i, "TApp_Wat")));
    worst = std::max(
        worst, std::abs(YorkCalcApproach(298.70, 5.56, 1.0 / x) - held->number(i, "TApp_Air")));
  }
  CHECK(worst < 1e-5);
  Compare("YorkCalc approach, 202 points, at x = 1", "Modelica Buildings",
          held->number(75, "TApp_Wat"), YorkCalcApproach(298.70, 5.56, 1.0), "K",
          fmt::format("{:.1e} K at most", worst));
}

TEST_CASE("the cold plate fit meets its table within 3 %", "[validation][coldplate]") {
  const auto held = ReadReference("coldplate_ocp_1kW.csv");
  if (!held) return;
  int points = 0;
  for (const char* coolant : {"PG25", "water"}) {
    const ColdPlate plate =
        std::string(coolant) == "water" ? ColdPlate::OcpWater() : ColdPlate::OcpPg25();
    double worst = 0.0;
    for (std::size_t i = 0; i < held->rows(); ++i) {
      if (held->text(i, "coolant") != coolant) continue;
      const double reference = held->number(i, "R_case_inlet_K_per_W");
      const double fitted = plate.Resistance(held->number(i, "flow_L_min"));
      worst = std::max(worst, std::abs(fitted / reference - 1.0));
      ++points;
    }
    CHECK(worst < 0.03);
    const double flow = 2.0;
    for (std::size_t i = 0; i < held->rows(); ++i)
      if (held->text(i, "coolant") == coolant && held->number(i, "flow_L_min") == flow)
        Compare(fmt::format("cold plate, {} at 2 L/min (fitted)", coolant), "OCP guideline, Fig. 7",
                held->number(i, "R_case_inlet_K_per_W"), plate.Resistance(flow), "K/W",
                fmt::format("{:.1f} % at most in the table", 100.0 * worst));
  }
  CHECK(points == 18);
}

TEST_CASE("the EIR chiller follows the Modelica trajectory to 1e-6", "[validation][chiller]") {
  const auto machines = ReadReference("chillers_electric_eir.csv");
  const auto held = ReadReference("modelica_ref/electric_eir_chiller.csv");
  if (!machines || !held) return;
  EirChillerParams p;
  for (std::size_t i = 0; i < machines->rows(); ++i) {
    if (machines->text(i, "record") != "ElectricEIRChiller_McQuay_WSC_471kW_5_89COP_Vanes")
      continue;
    p.capacity = -machines->number(i, "QEva_W");
    p.cop = machines->number(i, "COP");
    p.plr_min = machines->number(i, "PLRMin");
    p.plr_min_unloading = machines->number(i, "PLRMinUnl");
    p.plr_max = machines->number(i, "PLRMax");
    for (int c = 0; c < 6; ++c) {
      p.capacity_curve[c] = machines->number(i, fmt::format("cap{}", c + 1));
      p.eir_by_temperature[c] = machines->number(i, fmt::format("eirT{}", c + 1));
      if (c < 3) p.eir_by_load[c] = machines->number(i, fmt::format("eirPLR{}", c + 1));
    }
  }
  const EirChiller chiller(p, "chiller");
  double worst = 0.0, mean = 0.0, mean_held = 0.0;
  int points = 0;
  for (std::size_t i = 0; i < held->rows(); ++i) {
    if (held->number(i, "time_s") < 700.0) continue;  // the reference's controls settle
    if (held->number(i, "chi.CR") < 0.999 || held->number(i, "chi.COP") < 0.1) continue;
    const double chilled = held->number(i, "chi.TEvaLvg"),
                 condenser = held->number(i, "chi.TConEnt");
    const double demand = held->number(i, "chi.PLR2") * chiller.Available(chilled, condenser);
    const auto run = chiller.Run(demand, chilled, condenser);
    worst = std::max(worst, std::abs(run.heat / run.power / held->number(i, "chi.COP") - 1.0));
    ++points;
    mean += run.heat / run.power;
    mean_held += held->number(i, "chi.COP");
  }
  REQUIRE(points > 30);
  CHECK(worst < 1e-6);
  Compare(fmt::format("EIR chiller, McQuay WSC 471 kW, mean COP of {} points", points),
          "Modelica Buildings", mean_held / points, mean / points, "",
          fmt::format("{:.1e} relative at most", worst));
}

// Water, air, wet bulb, range, approach and free convection are those of the EnergyPlus file; air
// at 1.15 kg/m^3.
TEST_CASE("the Merkel tower follows EnergyPlus as closely as Modelica does",
          "[validation][tower]") {
  const auto held = ReadReference("energyplus_tower_variable_speed_merkel_60s.csv");
  if (!held) return;
  TowerParams p;
  p.design_wet_bulb = 298.75;
  p.range = 5.5;
  p.approach = 3.9;
  p.free_convection = 0.1;
  p.fan_power = 213.27113;
  const double water = 0.00109317 * 995.0;
  p.capacity = water * SpecificHeat(Coolant::kWater, 308.15) * p.range;
  p.water_to_air = water / (0.561240 * 1.15);
  const MerkelTower tower(p, "tower");
  double square = 0.0, bias = 0.0, sum = 0.0, leaving_square = 0.0;
  int points = 0;
  for (std::size_t i = 0; i < held->rows(); ++i) {
    const double flow = held->number(i, "m_kg_s");
    if (flow <= 0.0) continue;
    const double entering = 273.15 + held->number(i, "tower_in_C"),
                 wet_bulb = 273.15 + held->number(i, "wetbulb_C");
    double air_out = entering;
    const double k = tower.Conductance(wet_bulb, entering, flow, held->number(i, "fan_speed_ratio"),
                                       air_out, 60);
    const double heat = k * (entering - wet_bulb);
    const double reference = held->number(i, "Q_W");
    square += (heat - reference) * (heat - reference);
    bias += heat - reference;
    sum += reference;
    const double leaving =
        entering - heat / (flow * SpecificHeat(Coolant::kWater, entering)) - 273.15;
    leaving_square += std::pow(leaving - held->number(i, "tower_out_C"), 2.0);
    ++points;
  }
  REQUIRE(points > 500);
  const double mean = sum / points;
  const double cv = std::sqrt(square / points) / mean, nmbe = bias / points / mean;
  const double leaving = std::sqrt(leaving_square / points);
  Compare(fmt::format("Merkel tower, mean heat of {} minutes", points), "EnergyPlus", mean,
          mean + bias / points, "W",
          fmt::format("CV-RMSE {:.2f} %, NMBE {:.2f} %, leaving water {:.3f} K rms", 100 * cv,
                      100 * nmbe, leaving));
  CHECK(cv < 0.024);
  CHECK(std::abs(nmbe) < 0.022);
}

// Design 35/30 degC at 25 degC of air; over the held day the fan stands at full speed (525 W
// of 10.5 kW).
TEST_CASE("the dry cooler follows the Modelica day", "[validation][drycooler]") {
  const auto held = ReadReference("modelica_ref/dry_cooler.csv");
  if (!held) return;
  DryCoolerParams p;
  p.capacity = 10.5e3;
  const DryCooler cooler(p, "cooler");
  const double rate = p.capacity / (p.entering - p.leaving);
  double square = 0.0, most = 0.0, mean = 0.0, mean_held = 0.0;
  int points = 0;
  for (std::size_t i = 1; i < held->rows(); ++i) {
    if (held->number(i, "tow.PFan") < 524.9) continue;
    // The loop's pump is off where water leaves as it came.
    if (held->number(i, "TEnt.T") - held->number(i, "tow.TLvg") < 0.01) continue;
    const double entering = held->number(i, "TEnt.T"), air = held->number(i, "tow.TDryBul");
    const double leaving =
        entering - cooler.Conductance(cooler.design_water_flow(), 1.0) * (entering - air) / rate;
    const double error = leaving - held->number(i, "tow.TLvg");
    mean += leaving;
    mean_held += held->number(i, "tow.TLvg");
    square += error * error;
    most = std::max(most, std::abs(error));
    ++points;
  }
  REQUIRE(points > 40);
  CHECK(cooler.FanPower(1.0) == Approx(525.0));
  CHECK(most < 0.3);
  Compare(fmt::format("dry cooler at full fan, mean leaving water of {} points", points),
          "Modelica Buildings", mean_held / points, mean / points, "K",
          fmt::format("{:.3f} K rms, {:.3f} K at most", std::sqrt(square / points), most));
}
