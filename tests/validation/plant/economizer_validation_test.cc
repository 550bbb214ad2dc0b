#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "models/cooling/heat_network.h"
#include "models/cooling/mover_curve.h"
#include "tests/validation/plant/reference.h"

using namespace headroom;
using namespace headroom::cooling;
using namespace headroom::validation;

namespace {

constexpr double kRacks = 1e6;     // W, design
constexpr double kRate = 200e3;    // W/K: every loop carries 1 MW at 5 K
const char* const kSource = "Modelica Buildings";

/// A rack of 1 MW, a CDU of 3 K, a plate exchanger as economizer, a dry cooler that brings 39 degC
/// at 36 degC of air, and a trim chiller that holds 42 degC. Pumps take no power yet.
HeatNetworkParams Plant(Coolant coolant) {
  HeatNetworkParams p;
  p.rack_supply = 318.15;
  DieGroupParams racks;
  racks.name = "racks";
  racks.liquid_share = 1.0;
  racks.flow = kRate / SpecificHeat(coolant, p.rack_supply);
  racks.cdu = 0;
  p.groups.push_back(racks);
  CduParams cdu;
  cdu.name = "cdu";
  cdu.capacity = kRacks;
  cdu.approach = 3.0;
  cdu.rack_flow = racks.flow;
  cdu.facility_flow = kRate / SpecificHeat(Coolant::kWater, 315.15);
  cdu.pump_power = 0.0;
  cdu.volume = 2.0 * racks.flow / Density(coolant, p.rack_supply);
  cdu.coolant = coolant;
  p.cdus.push_back(cdu);
  p.loop.supply = 315.15;
  p.loop.residence = p.loop.basin_residence = 120.0;
  p.loop.pump_head = 0.0;
  p.loop.exchanger_approach = 3.0;
  p.reject = Reject::kDryCooler;
  p.towers = 1;
  p.dry_cooler.capacity = kRacks;
  p.dry_cooler.entering = 317.15;
  p.dry_cooler.leaving = 312.15;
  p.dry_cooler.air = 309.15;
  p.dry_cooler.air_rise = 5.0;
  p.dry_cooler.pump_power = 0.0;
  p.trim.count = 1;
  p.trim.chiller.capacity = kRacks;
  return p;
}

std::vector<GroupHeat> Heat(double watts) { return {{0.0, watts, 0.0}}; }

}  // namespace

// 1 MW at 36 degC of air, both settled: the first 720 s, in which the reference warms up from 20 degC,
// are left out.
TEST_CASE("the economizer plant has its design temperatures", "[validation][economizer]") {
  for (const auto& [file, coolant] : {std::pair("water", Coolant::kWater), {"glycol", Coolant::kPg25}}) {
    const auto held =
        ReadReference(fmt::format("modelica_ref/chillerwse_design_{}.csv", file));
    if (!held) return;
    HeatNetworkParams params = Plant(coolant);
    params.trim.count = 0;
    HeatNetwork plant(params);
    const Outdoors outdoors{309.15, 300.15};
    plant.Settle(Heat(kRacks), 0.0, outdoors);
    TrajectoryError racks_in, racks_out, cdu_in, cdu_out, tower_in, tower_out;
    for (std::size_t i = 0; i < held->rows(); ++i) {
      if (i > 0) plant.Advance(held->number(i, "time_s") - held->number(i - 1, "time_s"),
                               Heat(kRacks), 0.0, outdoors);
      if (held->number(i, "time_s") < 720.0) continue;
      racks_in.Add(plant.rack_supply(0), held->number(i, "cdu.conVal.u_m"));
      racks_out.Add(plant.rack_return(0), held->number(i, "senTRac_b.T"));
      cdu_in.Add(plant.facility_supply(), held->number(i, "senTCDU_a.T"));
      cdu_out.Add(plant.facility_return(), held->number(i, "senTCDU_b.T"));
      tower_in.Add(plant.tower_return(), held->number(i, "senTTow_a.T"));
      tower_out.Add(plant.tower_water(), held->number(i, "senTTow_b.T"));
    }
    CHECK(plant.fan_speed() == Approx(1.0).margin(0.01));
    const auto show = [&](const char* what, const TrajectoryError& e) {
      CompareTrajectory(fmt::format("economizer plant, {}, {}", file, what), kSource, e, "K");
      CHECK(e.most < 0.3);
      CHECK(e.cv() < 0.02);
    };
    show("to the racks", racks_in);
    show("from the racks", racks_out);
    show("to the CDU", cdu_in);
    show("from the CDU", cdu_out);
    show("to the cooler", tower_in);
    show("from the cooler", tower_out);
  }
}

// 0.6 MW over the weather of Chicago. The economizer is sized for 0.6 of 1 MW, with pumps of 80 kPa
// on its two sides and one through the cooler, all known by their best point; the fans hold 38 degC.
//
// Pumps: 0.44 is what the pump of that kind takes in cdu_epsntu.csv (0.2871 m^3/s at 115.69 kPa and
// 75.48 kW). The CDU's pump holds 50 kPa over the racks, their design drop, against 80 kPa of
// exchanger and 65 kPa of filter, at 0.7; its power warms the coolant. Of the others only the one on
// the plant's side of the economizer is controlled (no flow past the exchanger); that into the
// exchanger on the tower's side meets its design flow, and the one through the cooler (80 kPa at
// 1 MW) more than that, at full speed. The plant's own pump does not count there.
TEST_CASE("a year in Chicago costs what Modelica finds", "[validation][economizer]") {
  const auto held = ReadReference("modelica_ref/chillerwse_year.csv");
  const auto weather = ReadReference("weather_tmy3_chicago.csv");
  if (!held || !weather) return;
  const double share = 0.6, it = share * kRacks, efficiency = 0.44;
  HeatNetworkParams p = Plant(Coolant::kPg25);
  const double rack_density = Density(Coolant::kPg25, p.rack_supply);
  p.cdus[0].pump_power = p.groups[0].flow / rack_density * (50e3 + 80e3 + 65e3) / 0.7;
  p.cdus[0].internal_share = 145.0 / 195.0;
  p.loop.tower_supply = 311.15;
  p.loop.exchanger_share = share;
  p.loop.exchanger_effectiveness = 0.625;  // 5 of 8 K; constant there

  const double water = 991.0, glycol = 1018.2, glycol_heat = 3762.4;  // 40 % by volume, 44 degC
  const double plant_flow = share * p.cdus[0].facility_flow / water;  // m^3/s
  const double tower_flow = share * kRate / glycol_heat / glycol;
  // The plant-side pump's power goes with the cube of the CDU valve's flow.
  p.loop.pump_head = 80e3 / (share * share);
  p.loop.pump_efficiency = efficiency;
  p.loop.static_share = 0.0;
  const MoverCurve pump = MoverCurve::FromBestPoint(tower_flow, 80e3, efficiency);
  const double cooler = 80e3 / std::pow(kRate / glycol_heat / glycol, 2.0);
  const double through = pump.FlowInto(cooler, 0.0, 1.0);
  const double tower_pumps = pump.Power(tower_flow, 1.0) + pump.Power(through, 1.0);
  CHECK(through > tower_flow);
  CHECK(plant_flow == Approx(0.0289).epsilon(0.02));
  p.loop.min_tower_flow = share;
  p.dry_cooler.pump_power = tower_pumps / std::pow(share, 3.0);
  p.max_step = 20.0;
  HeatNetwork plant(p);
  std::vector<Outdoors> hours;
  for (std::size_t i = 0; i < weather->rows(); ++i)
    hours.push_back({273.15 + weather->number(i, "drybulb_C"), 273.15 + weather->number(i, "wetbulb_C_derived")});
  REQUIRE(hours.size() == 8760);
  plant.Settle(Heat(it), 0.0, hours[0]);
  double fans = 0.0, pumps = 0.0, chillers = 0.0;
  TrajectoryError to_cdu, from_cdu, from_cooler;
  std::size_t row = 1;
  for (std::size_t i = 0; i < hours.size(); ++i) {
    const CoolingMeans m = plant.Advance(3600.0, Heat(it), 0.0, hours[i]);
    fans += 3600.0 * m.power.tower_fans;
    pumps += 3600.0 * (m.power.cdu_pumps + m.power.facility_pump + m.power.tower_pumps);
    chillers += 3600.0 * m.power.trim_chillers;
    while (row < held->rows() && held->number(row, "time_s") <= 3600.0 * static_cast<double>(i + 1)) {
      to_cdu.Add(plant.facility_supply(), held->number(row, "senTCDU_a.T"));
      from_cdu.Add(plant.facility_return(), held->number(row, "senTCDU_b.T"));
      from_cooler.Add(plant.tower_water(), held->number(row, "senTTow_b.T"));
      ++row;
    }
  }
  const double used = it * 8760.0 * 3600.0;
  const double pue = 1.0 + (fans + pumps + chillers) / used;
  const std::size_t last = held->rows() - 1;
  const double reference = held->number(last, "PUE.y");
  Compare("economizer plant, a year in Chicago, PUE", kSource, reference, pue, "",
          fmt::format("{:+.4f}", pue - reference));
  Compare("economizer plant, a year in Chicago, pumps", kSource, held->number(last, "EPum.y"), pumps,
          "J", fmt::format("{:+.1f} %", 100.0 * (pumps / held->number(last, "EPum.y") - 1.0)));
  Compare("economizer plant, a year in Chicago, fans", kSource, held->number(last, "EFan.y"), fans,
          "J", fmt::format("{:+.1f} %", 100.0 * (fans / held->number(last, "EFan.y") - 1.0)));
  Compare("economizer plant, a year in Chicago, chillers", kSource, held->number(last, "EChi.y"),
          chillers, "J", "");
  CompareTrajectory("economizer plant, a year in Chicago, to the CDU", kSource, to_cdu, "K");
  CompareTrajectory("economizer plant, a year in Chicago, from the CDU", kSource, from_cdu, "K");
  CompareTrajectory("economizer plant, a year in Chicago, from the cooler", kSource, from_cooler, "K");
  CHECK(std::abs(pue - 1.0510) < 0.002);
  CHECK(chillers == 0.0);
}
