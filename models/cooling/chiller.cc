#include "models/cooling/chiller.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/diagnostics.h"

namespace headroom::cooling {
namespace {
double Biquadratic(const std::array<double, 6>& c, double a, double b) {
  return c[0] + c[1] * a + c[2] * a * a + c[3] * b + c[4] * b * b + c[5] * a * b;
}
}  // namespace

double ChillerCop(const ChillerParams& params, double condenser) {
  return std::max(
      1.0, params.cop - params.cop_slope * std::max(0.0, condenser - params.reference_condenser));
}

EirChiller::EirChiller(const EirChillerParams& params, const std::string& path) : params_(params) {
  Diagnostics found;
  if (!(params.capacity > 0.0))
    found.Error({}, path, fmt::format("capacity is {} W; it must be positive", params.capacity));
  if (!(params.cop > 0.0))
    found.Error({}, path, fmt::format("cop is {}; it must be positive", params.cop));
  if (!(params.plr_min > 0.0 && params.plr_min <= params.plr_max))
    found.Error({}, path,
                fmt::format("plr_min is {}; it must lie above 0 and not above plr_max, {}",
                            params.plr_min, params.plr_max));
  found.ThrowIfErrors();
}

double EirChiller::Available(double chilled, double condenser) const {
  return std::max(0.0, params_.capacity * Biquadratic(params_.capacity_curve, chilled - 273.15,
                                                      condenser - 273.15));
}

EirChiller::Point EirChiller::Run(double demand, double chilled, double condenser) const {
  Point point;
  const double available = Available(chilled, condenser);
  if (demand <= 0.0 || available <= 0.0) return point;
  point.heat = std::min(demand, params_.plr_max * available);
  const double ratio = point.heat / available;
  point.cycling = std::min(1.0, ratio / params_.plr_min);
  point.load = std::max(ratio, params_.plr_min_unloading);
  const double by_temperature =
      std::max(0.0, Biquadratic(params_.eir_by_temperature, chilled - 273.15, condenser - 273.15));
  const auto& c = params_.eir_by_load;
  const double by_load = c[0] + point.load * (c[1] + point.load * c[2]);
  point.power = available / params_.cop * by_temperature * by_load * point.cycling;
  return point;
}

}  // namespace headroom::cooling
