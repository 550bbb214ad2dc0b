#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "models/cooling/control_valve.h"
#include "models/cooling/coolant.h"
#include "models/cooling/heat_exchanger.h"
#include "models/cooling/pi_control.h"
#include "tests/validation/plant/reference.h"

using namespace headroom;
using namespace headroom::cooling;
using namespace headroom::validation;

// 48 racks of 132 kW on one CDU: 42/47 degC rack side, 36/41 degC plant side, valve and exchanger
// 80 kPa each of 160 kPa; the pump holds 50 of the 60 kPa nominal over the racks (taken as ideal;
// their drop goes with flow^1.85) and its power, 75.5 kW, warms the coolant.
TEST_CASE("exchanger, valve and control follow the Modelica CDU", "[validation][cdu]") {
  const auto held = ReadReference("modelica_ref/cdu_epsntu.csv");
  if (!held) return;
  const double rated = 6.336e6, nominal = rated / 5.0, plant_in = 309.15, pump = 75.5e3;
  const double pg = nominal / SpecificHeat(Coolant::kPg25, 315.15),
               water = nominal / SpecificHeat(Coolant::kWater, 315.15);
  const CounterFlowExchanger exchanger(
      nominal, nominal, 5.0 / 11.0,
      FilmRatio({Coolant::kPg25, 315.15, pg}, {Coolant::kWater, 315.15, water}));
  const ControlValve valve;
  PiControl control(0.1, 120.0, 0.0, 1.0, 0.8);
  const double racks = nominal * std::pow(50.0 / 60.0, 1.0 / 1.85);  // W/K
  const double step = 0.5, racks_time = 2.0;
  double opening = 0.8, out = 318.0, in = 315.0, heat = 0.0, plant_out = 0.0;
  TrajectoryError e_in, e_out, e_plant, e_valve, e_heat;
  std::size_t row = 0;
  for (int i = 0; row < held->rows(); ++i) {
    const double t = i * step;
    if (t >= held->number(row, "time_s") - 1e-6) {
      if (t >= 720.0) {  // by then the reference's pump control, ideal here, has settled from rest
        e_in.Add(in, held->number(row, "senTRac_a.T"));
        e_out.Add(out, held->number(row, "senTRac_b.T"));
        e_plant.Add(plant_out, held->number(row, "senTCDU_b.T"));
        e_valve.Add(opening, held->number(row, "cdu.val.y_actual"));
        e_heat.Add(heat, held->number(row, "cdu.hex.Q1_flow"));
      }
      ++row;
    }
    const double use = std::fmod(t + 3600.0 - 900.0, 3600.0) < 1800.0 && t >= 900.0 ? 1.0 : 0.6;
    const double hot = out + pump / racks;
    const double plant = nominal * valve.FlowShare(opening);
    heat = exchanger.Conductance(racks, plant) * (hot - plant_in);
    in = hot - heat / racks;
    plant_out = plant_in + heat / plant;
    out += (in + use * rated / racks - out) * -std::expm1(-step / racks_time);
    opening = control.Update(in - 315.15, step);
  }
  REQUIRE(e_in.points == 91);
  const char* source = "Modelica Buildings";
  CompareTrajectory("CDU, coolant to the racks", source, e_in, "K");
  CompareTrajectory("CDU, coolant from the racks", source, e_out, "K");
  CompareTrajectory("CDU, plant water out", source, e_plant, "K");
  CompareTrajectory("CDU, valve opening", source, e_valve, "");
  CompareTrajectory("CDU, heat of the exchanger", source, e_heat, "W");
  for (const TrajectoryError* e : {&e_in, &e_out, &e_plant}) CHECK(e->most < 0.3);
  CHECK(e_heat.cv() < 0.02);
  CHECK(e_valve.cv() < 0.02);
}
