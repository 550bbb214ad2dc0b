#include "models/cooling/dry_cooler.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/cooling/coolant.h"
#include "sim/core/diagnostics.h"

namespace headroom::cooling {

DryCooler::DryCooler(const DryCoolerParams& params, const std::string& path) : params_(params) {
  const auto& p = params_;
  Diagnostics found;
  if (!(p.capacity > 0.0 && p.air_rise > 0.0))
    found.Error({}, path, "capacity and air_rise of a dry cooler must be positive");
  if (!(p.leaving < p.entering && p.leaving > p.air))
    found.Error({}, path,
                fmt::format("leaving is {:.2f} degC; it must lie between air, {:.2f} degC, and "
                            "entering, {:.2f} degC",
                            p.leaving - 273.15, p.air - 273.15, p.entering - 273.15));
  found.ThrowIfErrors();
  water_heat_ = SpecificHeat(Coolant::kWater, p.entering);
  const double water = p.capacity / (p.entering - p.leaving);
  water_design_ = water / water_heat_;
  air_rate_ = p.capacity / p.air_rise;
  const double least = std::min(water, air_rate_);
  const double effectiveness = p.capacity / (least * (p.entering - p.air));
  const double z = least / std::max(water, air_rate_);
  double low = 0.0, high = 60.0;
  if (!(effectiveness < CrossFlowEffectiveness(high, z)))
    throw ConfigError(
        fmt::format("{}: a dry cooler of these temperatures needs an effectiveness of {:.3f}; none "
                    "reaches it",
                    path, effectiveness));
  for (int i = 0; i < 80; ++i) {
    const double middle = 0.5 * (low + high);
    (CrossFlowEffectiveness(middle, z) < effectiveness ? low : high) = middle;
  }
  ua_ = 0.5 * (low + high) * least;
}

double DryCooler::Conductance(double water, double fan) const {
  if (water <= 0.0) return 0.0;
  const double air_share = std::max(params_.free_convection, fan);
  const double films = std::pow(water / water_design_, -0.8) + std::pow(air_share, -0.8);
  const double ua = 2.0 * ua_ / films;
  const double rate = water * water_heat_, air = air_share * air_rate_;
  const double least = std::min(rate, air);
  return least * CrossFlowEffectiveness(ua / least, least / std::max(rate, air));
}

}  // namespace headroom::cooling
