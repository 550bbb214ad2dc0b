#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "models/cooling/heat_exchanger.h"
#include "models/cooling/mover_curve.h"
#include "tests/validation/plant/reference.h"

using namespace headroom;
using namespace headroom::cooling;
using namespace headroom::validation;

// Wilo Stratos 80/1-12 (2610 rpm) at five speeds, flow by a ramp; water of 995.586 kg/m^3.
TEST_CASE("a pump at five speeds follows the Modelica curves", "[validation][pump]") {
  const auto curves = ReadReference("pump_fan_curves.csv");
  const auto held = ReadReference("modelica_ref/pump_stratos_speed.csv");
  if (!curves || !held) return;
  std::vector<MoverCurve::Point> points;
  for (std::size_t i = 0; i < curves->rows(); ++i)
    if (curves->text(i, "model") == "Stratos80slash1to12")
      points.push_back({curves->number(i, "V_flow_m3_s"), curves->number(i, "dp_Pa"),
                        curves->number(i, "P_W")});
  REQUIRE(points.size() == 9);
  const MoverCurve pump(points, "pump");
  const double rpm[] = {2960, 2610, 1930, 3300, 900};
  TrajectoryError head, power;
  for (int k = 0; k < 5; ++k) {
    TrajectoryError own_head, own_power;
    for (std::size_t i = 0; i < held->rows(); ++i) {
      // All start at nominal speed and take at most 30 s to their own.
      if (held->number(i, "time_s") < 39.0) continue;
      const double flow = held->number(i, fmt::format("pump{}.m_flow", k + 1)) / 995.586;
      const double speed = rpm[k] / 2610.0;
      for (TrajectoryError* e : {&head, &own_head})
        e->Add(pump.Head(flow, speed), held->number(i, fmt::format("forcedPump{}.dp", k + 1)));
      for (TrajectoryError* e : {&power, &own_power})
        e->Add(pump.Power(flow, speed), held->number(i, fmt::format("pump{}.P", k + 1)));
    }
    CAPTURE(rpm[k]);
    CHECK(own_head.cv() < 0.02);
    CHECK(own_power.cv() < 0.02);
  }
  REQUIRE(head.points == 485);
  const char* source = "Modelica Buildings";
  CompareTrajectory("pump at five speeds, head", source, head, "Pa");
  CompareTrajectory("pump at five speeds, power", source, power, "W");
  CHECK(pump.Head(0.0, 2960.0 / 2610.0) / pump.Head(0.0, 1.0) ==
        Approx(std::pow(2960.0 / 2610.0, 2.0)));
}

// 0.01 kg/s from 60 degC and 0.005 kg/s from 20 degC exchange half of what they could; a valve moves
// the first flow after two set-points. Exchanger at the held flows.
TEST_CASE("a plate exchanger follows the Modelica trajectory", "[validation][exchanger]") {
  const auto held = ReadReference("modelica_ref/plate_hex_pcontrol.csv");
  if (!held) return;
  const double c = 4184.0;  // Buildings.Media.Water
  const double ratio = FilmRatio({Coolant::kWater, 293.15, 0.01}, {Coolant::kWater, 293.15, 0.005});
  CHECK(ratio == Approx(std::pow(2.0, 0.8)));
  const CounterFlowExchanger plates(0.01 * c, 0.005 * c, 0.5, ratio);
  TrajectoryError heat, one, other;
  for (std::size_t i = 0; i < held->rows(); ++i) {
    const double hot = held->number(i, "hex.m1_flow") * c, cold = held->number(i, "hex.m2_flow") * c;
    const double t1 = held->number(i, "hex.sta_a1.T"), t2 = held->number(i, "hex.sta_a2.T");
    const double q = plates.Conductance(hot, cold) * (t1 - t2);
    heat.Add(q, held->number(i, "hex.Q2_flow"));
    one.Add(t1 - q / hot, held->number(i, "hex.sta_b1.T"));
    other.Add(t2 + q / cold, held->number(i, "hex.sta_b2.T"));
  }
  REQUIRE(heat.points == 101);
  const char* source = "Modelica Buildings";
  CompareTrajectory("plate exchanger, heat", source, heat, "W");
  CompareTrajectory("plate exchanger, hot side out", source, one, "K");
  CompareTrajectory("plate exchanger, cold side out", source, other, "K");
  CHECK(heat.cv() < 0.02);
  CHECK(one.most < 0.3);
  CHECK(other.most < 0.3);
}
