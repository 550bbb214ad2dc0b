#include "models/cooling/york_tower.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/cooling/coolant.h"
#include "models/cooling/york_calc.h"
#include "sim/core/diagnostics.h"

namespace headroom::cooling {
namespace {

constexpr double kLeastRange = 1.1, kMostRange = 22.2;  // K, of the correlation
constexpr double kMostRatio = 8.0;

double Approach(double wet_bulb, double range, double ratio) {
  const double bulb = std::clamp(wet_bulb, 273.15 - 34.4, 273.15 + 26.7);
  const double within = std::clamp(range, kLeastRange, kMostRange);
  const double scale = range < kLeastRange ? std::max(0.0, range) / kLeastRange : 1.0;
  return scale * std::max(0.0, YorkCalcApproach(bulb, within, std::min(ratio, kMostRatio)));
}

}  // namespace

YorkTower::YorkTower(const TowerParams& params, const std::string& path) : params_(params) {
  CheckTower(params, path);
  const double entering = params.design_wet_bulb + params.approach + params.range;
  water_design_ = params.capacity / (SpecificHeat(Coolant::kWater, entering) * params.range);
  double low = 0.05, high = 3.0;
  const auto at = [&](double ratio) { return Approach(params.design_wet_bulb, params.range, ratio); };
  if (!(at(low) < params.approach && params.approach < at(high)))
    throw ConfigError(fmt::format(
        "{}: an approach of {} K at a range of {} K and a wet bulb of {:.2f} degC is beyond the "
        "York correlation ({:.2f} to {:.2f} K there); take the Merkel law",
        path, params.approach, params.range, params.design_wet_bulb - 273.15, at(low), at(high)));
  for (int i = 0; i < 80; ++i) {
    const double middle = 0.5 * (low + high);
    (at(middle) < params.approach ? low : high) = middle;
  }
  ratio_ = 0.5 * (low + high);
}

double YorkTower::Conductance(double wet_bulb, double entering, double water, double fan,
                              double& leaving) const {
  if (water <= 0.0) return 0.0;
  const double lift = std::max(entering - wet_bulb, 0.05), top = wet_bulb + lift;
  const double ratio =
      ratio_ * water / water_design_ / std::max(params_.free_convection, fan);
  const auto excess = [&](double t) { return wet_bulb + Approach(wet_bulb, top - t, ratio) - t; };
  // The excess falls with t: Newton, within a bracket.
  double low = wet_bulb, high = top, t = std::clamp(leaving, low, high);
  for (int i = 0; i < 40; ++i) {
    const double f = excess(t);
    (f > 0.0 ? low : high) = t;
    const double slope = (excess(t + 1e-4) - f) / 1e-4;
    double next = slope < -0.1 ? t - f / slope : 0.5 * (low + high);
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    const double step = std::abs(next - t);
    t = next;
    if (step < 1e-8) break;
  }
  leaving = t;
  return water * SpecificHeat(Coolant::kWater, entering) * (top - t) / lift;
}

}  // namespace headroom::cooling
