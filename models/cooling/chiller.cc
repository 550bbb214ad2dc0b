#include "models/cooling/chiller.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

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

ChillerBank::ChillerBank(const ChillerParams& params, const std::string& path) : params_(params) {
  Diagnostics found;
  if (!(params.cop >= 1.0))
    found.Error({}, path, fmt::format("chiller.cop is {}; it must be at least 1", params.cop));
  if (!(params.capacity > 0.0))
    found.Error({}, path,
                fmt::format("chiller.capacity is {}; it must be positive", params.capacity));
  found.ThrowIfErrors();
  if (params.curves) eir_.emplace(params.eir, path);
}

double ChillerBank::CondenserTemperature(const Outdoors& outdoors) const {
  if (params_.condenser == Condenser::kAir) return outdoors.dry_bulb;
  return std::max(params_.least_condenser, outdoors.wet_bulb + params_.condenser_approach);
}

double ChillerBank::Available(double chilled, const Outdoors& outdoors) const {
  return eir_ ? eir_->Available(chilled, CondenserTemperature(outdoors)) : params_.capacity;
}

ChillerBank::Draw ChillerBank::Run(double heat, double running, double chilled,
                                   const Outdoors& outdoors) const {
  Draw draw;
  if (heat <= 0.0 || running <= 0.0) return draw;
  const double condenser = CondenserTemperature(outdoors);
  double compressors = 0.0;
  if (eir_) {
    const double available = std::max(1.0, eir_->Available(chilled, condenser));
    const double on = std::clamp(std::ceil(heat / available - 1e-9), 1.0, std::max(1.0, running));
    compressors = on * eir_->Run(heat / on, chilled, condenser).power;
  } else {
    compressors = heat / ChillerCop(params_, condenser);
  }
  const bool wet = params_.condenser == Condenser::kWater;
  draw.power = compressors + (params_.auxiliary + (wet ? params_.condenser_auxiliary : 0.0)) * heat;
  draw.rejected = wet ? heat + compressors : 0.0;
  return draw;
}

}  // namespace headroom::cooling
