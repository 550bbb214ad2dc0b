#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "models/power/bess.h"
#include "tests/validation/plant/reference.h"

using namespace headroom;
using namespace headroom::validation;

// 40 kWh, 10 kW, 0.9 each way; charges from 23:00 to 99 %, discharges from 14:00 to 1 %.
TEST_CASE("a battery follows the Modelica charge over five days", "[validation][battery]") {
  const auto held = ReadReference("modelica_ref/battery.csv");
  if (!held) return;
  power::BessParams p;
  p.energy = 40.0 * 3.6e6;
  p.power = 10e3;
  p.round_trip = 0.81;
  p.initial_charge = 0.1;
  p.control = power::BessControl::kPeakShave;
  p.target = 20e3;
  power::Bess battery(p, p.target);
  const double step = 20.0;
  TrajectoryError charge;
  bool charging = false, discharging = false;
  std::size_t row = 0;
  for (int i = 0; row < held->rows(); ++i) {
    const double t = i * step, hour = std::fmod(t / 3600.0, 24.0);
    if (t >= held->number(row, "time_s") - 1e-6) {
      charge.Add(battery.charge(), held->number(row, "bat.SOC"));
      ++row;
    }
    if (std::abs(hour - 23.0) < 1e-6) charging = true;
    if (std::abs(hour - 14.0) < 1e-6 && t > 86400.0) discharging = true;
    if (battery.charge() >= 0.99) charging = false;
    if (battery.charge() <= 0.01) discharging = false;
    battery.Advance(p.target + (discharging ? p.power : charging ? -p.power : 0.0), step);
  }
  REQUIRE(charge.points == 101);
  CompareTrajectory("battery, share of charge", "Modelica Buildings", charge, "");
  CHECK(charge.cv() < 0.02);
  CHECK(charge.most < 0.005);
}
