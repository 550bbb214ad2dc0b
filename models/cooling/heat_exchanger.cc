#include "models/cooling/heat_exchanger.h"

#include <algorithm>
#include <cmath>

#include "sim/core/check.h"

namespace headroom::cooling {
namespace {

/// Film coefficient over that at design, at a share of design flow.
double Film(double share) {
  constexpr double kLow = 0.1;
  if (share >= kLow) return std::pow(share, 0.8);
  const double q = share * share / (kLow * kLow);
  return std::pow(kLow, 0.8) * (0.48 + q * (0.64 - 0.12 * q));
}

}  // namespace

double CounterFlowEffectiveness(double ntu, double z) {
  if (z > 1.0 - 1e-6) return ntu / (1.0 + ntu);
  const double e = std::exp(-ntu * (1.0 - z));
  return (1.0 - e) / (1.0 - z * e);
}

double CounterFlowNtu(double effectiveness, double z) {
  HR_CHECK(effectiveness > 0.0 && effectiveness < 1.0, effectiveness);
  if (z > 1.0 - 1e-6) return effectiveness / (1.0 - effectiveness);
  return std::log((1.0 - effectiveness * z) / (1.0 - effectiveness)) / (1.0 - z);
}

double CrossFlowEffectiveness(double ntu, double z) {
  if (ntu <= 0.0) return 0.0;
  return 1.0 - std::exp(std::pow(ntu, 0.22) / z * std::expm1(-z * std::pow(ntu, 0.78)));
}

double DesignEffectiveness(double heat, double approach, double hot, double cold) {
  return heat / (std::min(hot, cold) * (heat / hot + approach));
}

double FilmRatio(const Stream& one, const Stream& other) {
  const auto film = [](const Stream& s) {
    const double k = Conductivity(s.coolant, s.kelvin), mu = Viscosity(s.coolant, s.kelvin);
    return k * std::pow(s.flow / mu, 0.8) * std::cbrt(mu * SpecificHeat(s.coolant, s.kelvin) / k);
  };
  return film(one) / film(other);
}

CounterFlowExchanger::CounterFlowExchanger(double hot_design, double cold_design,
                                           double effectiveness, double film_ratio)
    : hot_design_(hot_design), cold_design_(cold_design), ratio_(film_ratio) {
  HR_CHECK(hot_design > 0.0 && cold_design > 0.0 && film_ratio > 0.0, hot_design, cold_design);
  const double least = std::min(hot_design, cold_design);
  ua_ = least * CounterFlowNtu(effectiveness, least / std::max(hot_design, cold_design));
}

double CounterFlowExchanger::Conductance(double hot, double cold) const {
  const double least = std::min(hot, cold);
  if (least <= 0.0) return 0.0;
  const double films = 1.0 / Film(hot / hot_design_) + ratio_ / Film(cold / cold_design_);
  const double ua = (1.0 + ratio_) * ua_ / films;
  return least * CounterFlowEffectiveness(ua / least, least / std::max(hot, cold));
}

}  // namespace headroom::cooling
