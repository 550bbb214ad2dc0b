#include "models/cooling/merkel_tower.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/cooling/coolant.h"
#include "models/cooling/heat_exchanger.h"
#include "models/cooling/moist_air.h"
#include "sim/core/diagnostics.h"

namespace headroom::cooling {
namespace {

double EquivalentHeat(double in, double out) {
  const double d = out - in;
  if (std::abs(d) < 1e-3) return (SaturatedEnthalpy(in + 1e-3) - SaturatedEnthalpy(in)) / 1e-3;
  return (SaturatedEnthalpy(out) - SaturatedEnthalpy(in)) / d;
}

double WaterHeat(double kelvin) { return SpecificHeat(Coolant::kWater, kelvin); }

}  // namespace

void CheckTower(const TowerParams& p, const std::string& path) {
  Diagnostics found;
  const auto positive = [&](const char* what, double value) {
    if (!(value > 0.0))
      found.Error({}, path, fmt::format("{} is {}; it must be positive", what, value));
  };
  positive("capacity", p.capacity);
  positive("approach", p.approach);
  positive("range", p.range);
  positive("water_to_air", p.water_to_air);
  if (!(p.fan_power >= 0.0 && p.pump_power >= 0.0))
    found.Error({}, path, "fan_power and pump_power must not be negative");
  found.ThrowIfErrors();
}

MerkelTower::MerkelTower(const TowerParams& params, const std::string& path) : params_(params) {
  CheckTower(params, path);
  const auto& p = params_;
  const double entering = p.design_wet_bulb + p.approach + p.range;
  water_design_ = p.capacity / (WaterHeat(entering) * p.range);
  air_design_ = water_design_ / p.water_to_air;
  const double out = SaturatedTemperature(
      SaturatedEnthalpy(p.design_wet_bulb) + p.capacity / air_design_, entering);
  const double air = air_design_ * EquivalentHeat(p.design_wet_bulb, out);
  const double water = water_design_ * WaterHeat(entering);
  const double least = std::min(air, water);
  const double effectiveness = p.capacity / (least * (entering - p.design_wet_bulb));
  if (!(effectiveness < 1.0))
    throw ConfigError(fmt::format(
        "{}: approach is {} K; with a range of {} K and {} kg of air per kg of water no "
        "tower reaches it",
        path, p.approach, p.range, 1.0 / p.water_to_air));
  ua_ = least * CounterFlowNtu(effectiveness, least / std::max(air, water));
}

double MerkelTower::Conductance(double wet_bulb, double entering, double water, double fan,
                                double& air_out, int sweeps) const {
  if (water <= 0.0) return 0.0;
  const double air_share = std::max(params_.free_convection, fan);
  const double water_share = water / water_design_;
  const double f_wet = std::max(0.01, 1.0 + 0.0081 * (params_.design_wet_bulb - wet_bulb));
  const double f_air = std::max(0.01, 1.3 * air_share - 0.3 * air_share * air_share);
  const double f_water =
      std::max(0.01, 0.1082 + 1.667 * water_share - 0.7713 * water_share * water_share);
  const double ua = ua_ * f_wet * f_air * f_water;
  const double air_flow = air_share * air_design_;
  const double water_rate = water * WaterHeat(entering);
  double conductance = 0.0;
  for (int i = 0; i < sweeps; ++i) {
    const double heat = EquivalentHeat(wet_bulb, air_out);
    const double air_rate = air_flow * heat;
    const double least = std::min(air_rate, water_rate);
    conductance =
        least * CounterFlowEffectiveness(ua / least, least / std::max(air_rate, water_rate));
    const double lift = conductance * std::max(0.0, entering - wet_bulb) / air_rate;
    air_out = wet_bulb + 0.5 * (lift + (air_out - wet_bulb));
    if (std::abs(air_out - wet_bulb - lift) < 1e-10) break;
  }
  return conductance;
}

}  // namespace headroom::cooling
