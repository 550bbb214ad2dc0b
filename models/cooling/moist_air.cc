#include "models/cooling/moist_air.h"

#include <cmath>

namespace headroom::cooling {
namespace {
constexpr double kPressure = 101325.0;
}

double SaturationPressure(double kelvin) {
  const double t = kelvin - 273.15;
  return 610.94 * std::exp(17.625 * t / (t + 243.04));
}

double SaturatedEnthalpy(double kelvin) {
  const double t = kelvin - 273.15;
  const double p = SaturationPressure(kelvin);
  const double w = 0.622 * p / (kPressure - p);
  return 1006.0 * t + w * (2501000.0 + 1860.0 * t);
}

double SaturatedTemperature(double enthalpy, double guess) {
  double t = guess;
  for (int i = 0; i < 30; ++i) {
    const double h = SaturatedEnthalpy(t);
    const double slope = (SaturatedEnthalpy(t + 0.01) - h) / 0.01;
    const double step = (enthalpy - h) / slope;
    t += step;
    if (std::abs(step) < 1e-9) break;
  }
  return t;
}

}  // namespace headroom::cooling
