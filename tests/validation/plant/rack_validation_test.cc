#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "models/cooling/air_side.h"
#include "models/cooling/cold_plate.h"
#include "models/power/node_power.h"
#include "tests/validation/plant/reference.h"

using namespace headroom;
using namespace headroom::cooling;
using namespace headroom::validation;

namespace {

std::vector<ColdPlate::Row> Table(const std::string& coolant) {
  std::vector<ColdPlate::Row> rows;
  const auto held = ReadReference("coldplate_ocp_1kW.csv");
  for (std::size_t i = 0; held && i < held->rows(); ++i)
    if (held->text(i, "coolant") == coolant)
      rows.push_back({held->number(i, "flow_L_min"), held->number(i, "R_case_inlet_K_per_W")});
  return rows;
}

/// A pulse of period `period` that is high for `width` of it from `shift` on.
bool High(double t, double period, double width, double shift) {
  return t >= shift && std::fmod(t - shift, period) < width * period;
}

/// A well mixed volume of `seconds` at nominal flow, over one step of constant inflow and heat.
double Mixed(double now, double inflow, double rise, double share, double seconds, double step) {
  const double end = inflow + rise;
  return end + (now - end) * std::exp(-share * step / seconds);
}

}  // namespace

// 1 kW over four plates in parallel at 30 degC, 6 to 14 L/min.
TEST_CASE("case temperature follows the Modelica ramp of flow", "[validation][coldplate]") {
  const auto held = ReadReference("modelica_ref/case_temperature.csv");
  const auto rows = Table("PG25 x4 parallel");
  if (!held || rows.empty()) return;
  const ColdPlate plate = ColdPlate::Fitted(rows, 2);
  TrajectoryError error;
  for (std::size_t i = 0; i < held->rows(); ++i) {
    const double flow = (6.0 + 8.0 * held->number(i, "time_s")) / 4.0;
    error.Add(303.15 + 1000.0 * plate.Resistance(flow), held->number(i, "casTem.TCas"));
  }
  REQUIRE(error.points == 101);
  CHECK(error.most < 1e-4);
  CompareTrajectory("case of 1 kW, flow ramp", "Modelica Buildings", error, "K");
}

// 132 kW at 7 K; coolant enters at 30 degC; flow falls to a half over 30..35 s.
//
// The reference divides R V by a smoothed maximum of V and nothing whose width, 2.5e-5 m^3/s, is
// more than a plate's flow (2.1e-5): so it reads 2 % too high at full flow and 26 % at half flow,
// beyond the maker's table that it is fitted to. Its trajectory is met with that smoothing, which
// stays in this test; the unsmoothed difference is the table's last row.
TEST_CASE("a rack of cold plates follows the Modelica pulses", "[validation][coldplate]") {
  const auto held = ReadReference("modelica_ref/coldplate_r_p.csv");
  const auto rows = Table("PG25");
  if (!held || rows.empty()) return;
  const double nominal = 132e3, rise = 7.0, seconds = 2.0, inlet = 303.15;
  const double plates = held->number(0, "rac.nColPla");
  double full = 0.0;
  for (const auto& row : rows) full += row.flow / static_cast<double>(rows.size());
  const ColdPlate plate = ColdPlate::Fitted(rows, 1);
  const auto smoothed = [](double flow) {
    const double z = std::min(1.0, flow / 60e3 / 2.5e-5);
    return 0.5 + 0.25 * z * (3.0 - z * z);
  };
  TrajectoryError outlet, cased, plain;
  double out = inlet;
  const double step = 0.1;
  std::size_t row = 0;
  for (int i = 0; row < held->rows(); ++i) {
    const double t = i * step;
    const double u = High(t, 5.0, 0.4, 0.2) ? 1.02 : 0.62;
    const double share = t < 30.0 ? 1.0 : t < 35.0 ? 1.0 - 0.1 * (t - 30.0) : 0.5;
    if (t >= held->number(row, "time_s") - 1e-6) {
      const double case_rise = u * nominal / plates * plate.Resistance(full * share);
      // At the jumps of the pulse the file holds either side.
      if (std::abs(held->number(row, "rac.u") - u) < 0.01) {
        cased.Add(inlet + case_rise / smoothed(full * share), held->number(row, "rac.casTem.TCas"));
        plain.Add(inlet + case_rise, held->number(row, "rac.casTem.TCas"));
      }
      outlet.Add(out, held->number(row, "senTOut.T"));
      ++row;
    }
    const double middle = t < 30.0 ? 1.0 : t < 35.0 ? 1.0 - 0.1 * (t + 0.5 * step - 30.0) : 0.5;
    out = Mixed(out, inlet, u * rise / middle, middle, seconds, step);
  }
  REQUIRE(outlet.points == 101);
  REQUIRE(cased.points > 90);
  const char* source = "Modelica Buildings";
  CompareTrajectory("cold plates, coolant out", source, outlet, "K");
  CompareTrajectory("cold plates, case, smoothed as there", source, cased, "K");
  CompareTrajectory("cold plates, case", source, plain, "K");
  CHECK(outlet.most < 0.3);
  CHECK(cased.most < 0.3);
  CHECK(plain.cv() < 0.02);
}

// 10 kW of IT at 10 K of air and fans of 400 W; the fan's heat comes on top.
TEST_CASE("an air-cooled rack follows the Modelica pulses", "[validation][air]") {
  const auto held = ReadReference("modelica_ref/air_rack.csv");
  if (!held) return;
  power::NodeParams node;
  node.accelerators = 1.0;
  node.accelerator_tdp = 10e3;
  node.fan_power = 400.0;
  node.fan_min_speed = 0.0;
  const double rise = 10.0, inlet = 293.15, seconds = 2.0, step = 0.1;
  // Moist air: 0.985 kg/s takes 10 kW at 10 K.
  const double heat_capacity = 10e3 / rise / held->number(0, "rac.dat.m_flow_nominal");
  CHECK(heat_capacity == Approx(kAirSpecificHeat).epsilon(0.01));
  TrajectoryError outlet, power, flow;
  double out = inlet;
  std::size_t row = 0;
  for (int i = 0; row < held->rows(); ++i) {
    const double t = i * step;
    const double u = High(t, 60.0, 0.4, 0.2) ? 1.0 : 0.6;
    const auto draw = power::DrawOf(node, u * 10e3, 0.0, 0.0);
    if (t >= held->number(row, "time_s") - 1e-6) {
      if (std::abs(held->number(row, "rac.u") - u) < 0.01) {
        power.Add(draw.total(), held->number(row, "rac.P"));
        flow.Add(u * 10e3 / (heat_capacity * rise), held->number(row, "rac.port_a.m_flow"));
      }
      outlet.Add(out, held->number(row, "senTOut.T"));
      ++row;
    }
    out = Mixed(out, inlet, draw.total() / (u * 10e3) * rise, u, seconds, step);
  }
  REQUIRE(outlet.points == 101);
  REQUIRE(power.points > 95);
  const char* source = "Modelica Buildings";
  CompareTrajectory("air rack, air out", source, outlet, "K");
  CompareTrajectory("air rack, power with fans", source, power, "W");
  CHECK(outlet.most < 0.3);
  CHECK(power.cv() < 1e-4);
  CHECK(flow.cv() < 1e-4);
}
