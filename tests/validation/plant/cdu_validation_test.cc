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

namespace {

/// Error of a trajectory over its held counterpart.
struct Error {
  void Add(double predicted, double held) {
    square += (predicted - held) * (predicted - held);
    most = std::max(most, std::abs(predicted - held));
    sum += held;
    predicted_sum += predicted;
    ++points;
  }
  double rms() const { return std::sqrt(square / points); }
  double cv() const { return rms() / (sum / points); }
  double square = 0.0, most = 0.0, sum = 0.0, predicted_sum = 0.0;
  int points = 0;
};

}  // namespace

// 48 racks of 132 kW on one CDU: 42/47 degC rack side, 36/41 degC plant side, valve and exchanger
// 80 kPa each of 160 kPa; the pump holds 50 of the 60 kPa nominal over the racks (taken as ideal)
// and its power, 75.5 kW, warms the coolant.
TEST_CASE("exchanger, valve and control follow the Modelica CDU", "[validation][cdu]") {
  const auto held = ReadReference("modelica_ref/cdu_epsntu.csv");
  if (!held) return;
  const double rated = 6.336e6, nominal = rated / 5.0, plant_in = 309.15, pump = 75.5e3;
  const CounterFlowExchanger exchanger(nominal, nominal, 5.0 / 11.0);
  const ControlValve valve;
  PiControl control(0.1, 120.0, 0.0, 1.0, 0.8);
  const double racks = nominal * std::sqrt(50.0 / 60.0);  // W/K
  const double step = 0.5, racks_time = 2.0;
  double opening = 0.8, out = 318.0, in = 315.0, heat = 0.0, plant_out = 0.0;
  Error e_in, e_out, e_plant, e_valve, e_heat;
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
  const auto show = [&](const char* what, const Error& e, const char* unit) {
    Compare(fmt::format("CDU, {}, mean of 91 points", what), "Modelica Buildings", e.sum / e.points,
            e.predicted_sum / e.points, unit,
            fmt::format("{:.2g} {} rms, {:.2g} {} at most", e.rms(), unit, e.most, unit));
  };
  show("coolant to the racks", e_in, "K");
  show("coolant from the racks", e_out, "K");
  show("plant water out", e_plant, "K");
  show("valve opening", e_valve, "");
  show("heat of the exchanger", e_heat, "W");
  for (const Error* e : {&e_in, &e_out, &e_plant}) CHECK(e->most < 0.3);
  CHECK(e_heat.cv() < 0.02);
  CHECK(e_valve.cv() < 0.02);
}
