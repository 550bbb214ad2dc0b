#include "models/plant/plant_params.h"

#include <fmt/format.h>

#include <cmath>

#include "sim/core/check.h"
#include "sim/core/diagnostics.h"

namespace headroom::plant {

double LeakageParams::At(double die) const {
  return share > 0.0 ? share * (std::exp2((die - reference) / doubling) - 1.0) : 0.0;
}

void Check(const PlantParams& p) {
  Diagnostics found;
  const auto refuse = [&](const std::string& path, std::string text) {
    found.Error({}, path, std::move(text));
  };
  if (p.groups.empty()) refuse("site.systems", "is empty; a plant needs a load");
  for (const auto& g : p.groups) {
    const std::string path = "site.systems." + g.name;
    try {
      power::Check(g.node, path);
    } catch (const ConfigError& e) {
      for (const auto& f : e.findings()) found.Error(f.place, f.path, f.message);
    }
    if (g.racks < 1) refuse(path, fmt::format("racks is {}; it must be at least 1", g.racks));
    if (!(g.nameplate > 0.0))
      refuse(path, fmt::format("nameplate is {} W; it must be positive", g.nameplate));
    if (!(g.switch_power >= 0.0))
      refuse(path, fmt::format("switch_power is {} W; it must not be negative", g.switch_power));
    if (!(g.throttle > p.rack_supply || g.cdu < 0))
      refuse(path, fmt::format("thermal.throttle is {:.2f} degC; it must exceed "
                               "site.cooling.rack_supply, {:.2f} degC",
                               g.throttle - 273.15, p.rack_supply - 273.15));
    if (g.cdu < 0 && !(g.throttle > p.air.supply))
      refuse(path, fmt::format("thermal.throttle is {:.2f} degC; it must exceed "
                               "site.cooling.air.supply, {:.2f} degC",
                               g.throttle - 273.15, p.air.supply - 273.15));
    if (g.port && g.node.accelerators > 0.0) {
      const double installed = g.node.accelerators * g.nodes;
      HR_CHECK(installed == g.port->accelerators, g.name, installed, g.port->accelerators);
    }
  }
  for (const Fault& f : p.faults) {
    const int units = UnitsOf(p, f.kind);
    if (f.unit < 0 || f.unit >= units)
      refuse("site.faults", fmt::format("{} of {}; the site has {} of them", WordOf(f.kind).word,
                                        Where(f), units));
    if (f.kind == FaultKind::kCduLeak && !(f.leak > 0.0))
      refuse("site.faults", fmt::format("{} leaks {} m^3/s; it must be positive", Where(f), f.leak));
    if (!(f.at >= 0.0 && f.lasts > 0.0))
      refuse("site.faults", "a fault begins at or after the start and lasts a positive time");
  }
  for (const auto& g : p.groups) {
    const LeakageParams& l = g.leakage;
    if (!(l.share >= 0.0 && l.share < 1.0 && l.doubling > 0.0))
      refuse("site.systems." + g.name,
             fmt::format("thermal.leakage is {} and doubles in {} K; it must lie within 0 and 1, the "
                         "latter be positive",
                         l.share, l.doubling));
    if (!(g.hbm_rise >= 0.0))
      refuse("site.systems." + g.name,
             fmt::format("thermal.hbm_rise is {}; it must not be negative", g.hbm_rise));
  }
  for (const auto& g : p.groups)
    if (!(g.shutdown > g.throttle))
      refuse("site.systems." + g.name,
             fmt::format("thermal.shutdown is {:.2f} degC; it must exceed thermal.throttle, {:.2f} "
                         "degC",
                         g.shutdown - 273.15, g.throttle - 273.15));
  HR_CHECK(p.feeds >= p.feeds_needed && p.feeds_needed >= 1, p.feeds, p.feeds_needed);
  if (!(p.step > 0.0))
    refuse("run.plant_step", fmt::format("is {} s; it must be positive", p.step));
  if (!(p.utility_limit >= 0.0))
    refuse("site.power.utility.limit",
           fmt::format("is {} W; it must be positive", p.utility_limit));
  if (p.at_limit != AtLimit::kReport && !(p.utility_limit > 0.0) && p.demand_events.empty())
    refuse("site.power.utility.at_limit", "acts and no limit is set");
  if (p.supplies < 1 || p.supplies_needed < 1 || p.supplies_needed > p.supplies)
    refuse("site.power.supplies", fmt::format("needs {} of {} modules; at least 1, and no more than there are", p.supplies_needed,
                                              p.supplies));
  for (const auto& g : p.groups)
    if (!(g.cord_a >= 0.0 && g.cord_a <= 1.0))
      refuse("site.power.feeds.cords", fmt::format("a is {}; it must lie between 0 and 1", g.cord_a));
  if (!(p.inlet_limit > p.air.supply + p.clock.warm))
    refuse("site.cooling.air.inlet_limit", fmt::format("is {:.2f} degC; it must lie more than {:g} K above site.cooling.air.supply, {:.2f} degC",
                                                       p.inlet_limit - 273.15, p.clock.warm, p.air.supply - 273.15));
  if (!(p.ups_charge_time > 0.0))
    refuse("site.power.ups.charge_time", fmt::format("is {} s; it must be positive", p.ups_charge_time));
  for (const DemandEvent& e : p.demand_events)
    if (!(e.at >= 0.0 && e.lasts > 0.0 && e.limit > 0.0))
      refuse("site.power.utility.events", "an event begins at or after the start, lasts a positive time and has a limit");
  const auto& c = p.clock;
  if (!(c.min_clock > 0.0 && c.min_clock < 1.0))
    refuse("site.clock.min_clock", fmt::format("is {}; it must lie between 0 and 1", c.min_clock));
  HR_CHECK(c.gain > 0.0 && c.hysteresis >= 0.0 && c.quantum > 0.0 && c.cap_time > 0.0, c.gain,
           c.hysteresis);
  found.ThrowIfErrors();
}

double Nameplate(const PlantParams& p) {
  double sum = 0.0;
  for (const auto& g : p.groups) sum += g.racks * g.nameplate;
  return sum;
}

cooling::HeatNetworkParams NetworkOf(const PlantParams& p) {
  cooling::HeatNetworkParams n;
  n.cdus = p.cdus;
  n.rack_supply = p.rack_supply;
  n.loop = p.loop;
  n.reject = p.reject;
  n.tower = p.tower;
  n.dry_cooler = p.dry_cooler;
  n.towers = p.towers;
  n.trim = p.trim;
  n.reuse = p.reuse;
  n.water = p.water;
  n.air = p.air;
  n.chiller_restart = p.chiller_restart;
  n.max_step = p.thermal_step;
  double racks = 0.0, to_air = 0.0;
  for (const auto& g : p.groups) {
    const double dies = g.nodes * g.node.accelerators;
    const double liquid = g.cdu >= 0 ? g.liquid_share : 0.0;
    n.groups.push_back({g.name, dies, g.resistance, g.heat_capacity, liquid,
                        g.racks * g.coolant_flow, g.cdu, g.largest_rise, g.least_flow});
    racks += g.racks * g.nameplate;
    to_air += (1.0 - liquid) * g.racks * g.nameplate;
  }
  if (n.air.design_heat <= 0.0) {
    // Losses of the indoor stages at nameplate, from the racks up.
    double load = racks, losses = 0.0;
    for (auto s = p.stages.rbegin(); s != p.stages.rend(); ++s) {
      const double loss = power::ConversionStage(*s).Loss(load);
      load += loss;
      if (s->indoors) losses += loss;
    }
    n.air.design_heat = to_air + losses;
  }
  return n;
}

}  // namespace headroom::plant
