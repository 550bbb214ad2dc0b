#include "models/cooling/pipe_main.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "models/cooling/coolant.h"
#include "sim/core/check.h"

namespace headroom::cooling {
namespace {
constexpr double kRoughness = 45e-6;  ///< m
constexpr double kSame = 1e-6;        ///< K, between parcels that count as one
}  // namespace

double MainDiameter(double flow) {
  return std::sqrt(4.0 * flow / (std::numbers::pi * Density(Coolant::kWater, 303.15) * kMainVelocity));
}

double MainFriction(const PipesParams& p, double flow, double kelvin) {
  if (flow <= 0.0) return 0.0;
  const double rho = Density(Coolant::kWater, kelvin), area = 0.25 * std::numbers::pi * p.diameter * p.diameter;
  const double v = flow / (rho * area), re = rho * v * p.diameter / Viscosity(Coolant::kWater, kelvin);
  const double turbulent = 0.25 / std::pow(std::log10(kRoughness / (3.7 * p.diameter) + 5.74 / std::pow(re, 0.9)), 2.0);
  const double f = re < 2300.0 ? 64.0 / re : turbulent;
  return (1.0 + p.fittings) * f * p.length / p.diameter * 0.5 * rho * v * v;
}

PipeMain::PipeMain(double mass, double kelvin) : mass_(mass), parcels_{{mass, kelvin}} {}

double PipeMain::Take(double mass) {
  HR_CHECK(!parcels_.empty() && mass <= mass_ * (1.0 + 1e-9), mass, mass_);
  if (mass <= 0.0) return parcels_.front().kelvin;
  double left = mass, sum = 0.0;
  while (left > 0.0 && !parcels_.empty()) {
    Parcel& p = parcels_.front();
    const double part = std::min(left, p.mass);
    sum += part * p.kelvin;
    p.mass -= part;
    left -= part;
    if (p.mass <= 1e-12 * mass_) parcels_.pop_front();
  }
  return sum / (mass - left);
}

void PipeMain::Push(double mass, double kelvin) {
  if (mass <= 0.0) return;
  if (!parcels_.empty() && std::abs(parcels_.back().kelvin - kelvin) < kSame) {
    Parcel& last = parcels_.back();
    last.kelvin = (last.mass * last.kelvin + mass * kelvin) / (last.mass + mass);
    last.mass += mass;
  } else {
    parcels_.push_back({mass, kelvin});
  }
}

}  // namespace headroom::cooling
