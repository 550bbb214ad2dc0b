#include "models/cooling/heat_exchanger.h"

#include <algorithm>
#include <cmath>

#include "sim/core/check.h"

namespace headroom::cooling {

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

CounterFlowExchanger::CounterFlowExchanger(double hot_design, double cold_design,
                                           double effectiveness)
    : hot_design_(hot_design), cold_design_(cold_design) {
  HR_CHECK(hot_design > 0.0 && cold_design > 0.0, hot_design, cold_design);
  const double least = std::min(hot_design, cold_design);
  ua_ = least * CounterFlowNtu(effectiveness, least / std::max(hot_design, cold_design));
}

double CounterFlowExchanger::Conductance(double hot, double cold) const {
  const double least = std::min(hot, cold);
  if (least <= 0.0) return 0.0;
  const double films = std::pow(hot / hot_design_, -0.8) + std::pow(cold / cold_design_, -0.8);
  const double ua = 2.0 * ua_ / films;
  return least * CounterFlowEffectiveness(ua / least, least / std::max(hot, cold));
}

}  // namespace headroom::cooling
