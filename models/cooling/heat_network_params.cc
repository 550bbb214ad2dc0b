#include "models/cooling/heat_network_params.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "models/cooling/heat_exchanger.h"
#include "sim/core/diagnostics.h"

namespace headroom::cooling {
namespace {
double WaterHeat(double kelvin) { return SpecificHeat(Coolant::kWater, kelvin); }
}  // namespace

double FacilitySetPoint(const HeatNetworkParams& p) {
  if (p.loop.supply > 0.0) return p.loop.supply;
  double approach = 0.0;
  for (const auto& cdu : p.cdus) approach = std::max(approach, cdu.approach);
  return p.rack_supply - approach;
}

FacilityLoopParams WithPipes(FacilityLoopParams loop, PipesParams pipes, double flow) {
  if (pipes.diameter <= 0.0) pipes.diameter = MainDiameter(flow);
  loop.pipes = pipes;
  loop.residence = kHeaderResidence;
  loop.pump_head = kEquipmentHead + 2.0 * MainFriction(pipes, flow, 303.15);
  return loop;
}

double LeastFlow(double drop) {
  constexpr int kRacks = 1000;
  double sum = 0.0;
  for (int i = 0; i < kRacks; ++i) sum += std::sqrt(1.0 + drop * std::pow(1.0 - (i + 0.5) / kRacks, 3.0));
  return kRacks / sum;
}

void Check(const HeatNetworkParams& p) {
  Diagnostics found;
  const auto refuse = [&](const std::string& path, std::string text) {
    found.Error({}, path, std::move(text));
  };
  double facility = FacilitySetPoint(p);
  for (const auto& g : p.groups) {
    const std::string path = "site.systems." + g.name;
    if (g.dies > 0.0 && !(g.resistance > 0.0))
      refuse(path, fmt::format("thermal.resistance is {} K/W; it must be positive", g.resistance));
    if (g.dies > 0.0 && !(g.heat_capacity > 0.0))
      refuse(path,
             fmt::format("thermal.heat_capacity is {} J/K; it must be positive", g.heat_capacity));
    if (!(g.liquid_share >= 0.0 && g.liquid_share <= 1.0))
      refuse(path, fmt::format("liquid_share is {}; it must lie within 0 and 1", g.liquid_share));
    if (g.liquid_share > 0.0 && (g.cdu < 0 || g.cdu >= static_cast<int>(p.cdus.size())))
      refuse(path, "liquid_share is above 0 and no CDU serves the racks; a loop needs a heat sink");
    if (!(g.least_flow > 0.0 && g.least_flow <= 1.0))
      refuse(path, fmt::format("least_flow is {}; it must lie above 0 and not above 1", g.least_flow));
    if (!(g.largest_rise > 0.0))
      refuse(path, fmt::format("largest_rise is {} K; it must be positive", g.largest_rise));
    if (g.liquid_share > 0.0 && !(g.flow > 0.0))
      refuse(path, fmt::format("coolant_flow is {} kg/s; a liquid-cooled rack needs a positive one",
                               g.flow));
  }
  for (const auto& c : p.cdus) {
    const std::string path = "site.cooling.cdu." + c.name;
    if (!(c.capacity > 0.0 && c.approach > 0.0 && c.rack_flow > 0.0 && c.facility_flow > 0.0 &&
          c.volume > 0.0)) {
      refuse(path, "capacity, approach, flows and volume must be positive");
      continue;
    }
    if (!(c.units >= 1.0))
      refuse(path, fmt::format("units is {}; a loop needs at least one", c.units));
    if (!(c.internal_share >= 0.0 && c.internal_share < 1.0))
      refuse(path, fmt::format("internal_share is {}; it must lie within 0 and 1", c.internal_share));
    try {
      MoverCurve(c.pump_curve, path + ".pump_curve");
    } catch (const ConfigError& e) {
      for (const auto& f : e.findings()) found.Error(f.place, f.path, f.message);
    }
    if (!(c.pump_power >= 0.0))
      refuse(path, fmt::format("pump_power is {} W; it must not be negative", c.pump_power));
    const double e = DesignEffectiveness(c.capacity, c.approach,
                                         c.rack_flow * SpecificHeat(c.coolant, p.rack_supply),
                                         c.facility_flow * WaterHeat(facility));
    if (!(e < 1.0))
      refuse(
          path,
          fmt::format(
              "{:.0f} kW at an approach of {} K with {} kg/s of facility water needs an exchanger "
              "effectiveness of {:.3f}; no exchanger reaches 1",
              c.capacity / 1e3, c.approach, c.facility_flow, e));
  }
  if (!p.cdus.empty() && p.towers < 1)
    refuse("site.cooling.liquid",
           "count is 0; the racks give heat to liquid and a loop needs a heat sink");
  if (!p.cdus.empty() && !(facility < p.rack_supply))
    refuse("site.cooling.liquid",
           fmt::format("supply is {:.2f} degC; it must lie below site.cooling.rack_supply, "
                       "{:.2f} degC",
                       facility - 273.15, p.rack_supply - 273.15));
  if (!(p.loop.residence > 0.0 && p.loop.basin_residence > 0.0 && p.loop.pump_efficiency > 0.0 &&
        p.loop.pump_efficiency <= 1.0 && p.loop.exchanger_approach > 0.0 &&
        p.loop.exchanger_share > 0.0 && p.loop.exchanger_share <= 1.0 &&
        p.loop.exchanger_effectiveness >= 0.0 && p.loop.exchanger_effectiveness < 1.0))
    refuse("site.cooling.liquid",
           "residence, exchanger_approach, exchanger_share and pump efficiency must be positive, the "
           "latter two not above 1, and an exchanger's effectiveness below 1");
  if (p.loop.pipes.length > 0.0 && !p.cdus.empty()) {
    double flow = 0.0;
    for (const auto& c : p.cdus) flow += c.facility_flow * c.units;
    const double area = 0.25 * std::numbers::pi * p.loop.pipes.diameter * p.loop.pipes.diameter;
    const double seconds = Density(Coolant::kWater, facility) * area * p.loop.pipes.length / flow;
    if (!(seconds > p.max_step))
      refuse("site.cooling.pipes", fmt::format("their water stays for {:.2g} s at full flow; it must be longer than a thermal step, {:g} s",
                                               seconds, p.max_step));
    if (p.loop.pump_head > 1e6)
      refuse("site.cooling.pipes", fmt::format("take {:.0f} kPa with the equipment at design flow; pumps of a facility loop give 1000 at most, so the diameter of {:.3g} m is too small",
                                               p.loop.pump_head / 1e3, p.loop.pipes.diameter));
  }
  if (!(p.trim.count >= 0 && p.trim.gain > 0.0 && p.trim.integral > 0.0))
    refuse("site.cooling.liquid.chillers", "count must not be negative, control times positive");
  if (!(p.reuse.demand >= 0.0))
    refuse("site.cooling.reuse",
           fmt::format("demand is {} W; it must not be negative", p.reuse.demand));
  if (p.reuse.demand > 0.0 && p.cdus.empty())
    refuse("site.cooling.reuse", "heat is reused from facility water, and nothing is liquid-cooled");
  if (!(p.max_step > 0.0))
    refuse("site.cooling", fmt::format("max_step is {} s; it must be positive", p.max_step));
  found.ThrowIfErrors();
  Check(p.air, "site.cooling.air");
}

}  // namespace headroom::cooling
