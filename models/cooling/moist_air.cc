#include "models/cooling/moist_air.h"

#include <algorithm>
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

double WetBulb(double dry_bulb, double dew_point, double pressure) {
  const auto ratio = [&](double kelvin) {
    const double p = SaturationPressure(kelvin);
    return 0.622 * p / (pressure - p);
  };
  const double wanted = ratio(std::min(dry_bulb, dew_point));
  const double t = dry_bulb - 273.15;
  double low = std::min(dry_bulb, dew_point), high = dry_bulb;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    const double wb = middle - 273.15;
    const double w = ((2501.0 - 2.326 * wb) * ratio(middle) - 1.006 * (t - wb)) /
                     (2501.0 + 1.86 * t - 4.186 * wb);
    (w < wanted ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

double DewPoint(double dry_bulb, double wet_bulb) {
  const double t = dry_bulb - 273.15, wb = wet_bulb - 273.15;
  const double ps = SaturationPressure(wet_bulb);
  const double saturated = 0.622 * ps / (kPressure - ps);
  const double w = std::max(1e-6, ((2501.0 - 2.326 * wb) * saturated - 1.006 * (t - wb)) /
                                      (2501.0 + 1.86 * t - 4.186 * wb));
  const double vapour = kPressure * w / (0.622 + w);
  const double log = std::log(vapour / 610.94);
  return 273.15 + 243.04 * log / (17.625 - log);
}

}  // namespace headroom::cooling
