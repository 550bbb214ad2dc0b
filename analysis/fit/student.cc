#include "analysis/fit/student.h"

#include <cmath>

namespace headroom::fit {
namespace {

/// Density integrated from 0 to t by Simpson's rule over the angle: x = sqrt(n) tan(a) turns the density into a constant
/// times cos(a)^(n - 1).
double HalfMass(double t, double n) {
  const double end = std::atan(t / std::sqrt(n));
  constexpr int kSteps = 400;
  const double h = end / kSteps;
  double sum = 0.0;
  for (int i = 0; i <= kSteps; ++i) {
    const double f = std::pow(std::cos(i * h), n - 1.0);
    sum += f * (i == 0 || i == kSteps ? 1.0 : i % 2 == 1 ? 4.0 : 2.0);
  }
  const double scale = std::exp(std::lgamma(0.5 * (n + 1.0)) - std::lgamma(0.5 * n)) / std::sqrt(M_PI);
  return scale * sum * h / 3.0;
}

}  // namespace

double StudentQuantile(double p, double freedom) {
  double low = 0.0, high = 1.0;
  while (HalfMass(high, freedom) < p - 0.5 && high < 1e6) high *= 2.0;
  for (int i = 0; i < 80; ++i) {
    const double middle = 0.5 * (low + high);
    (HalfMass(middle, freedom) < p - 0.5 ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace headroom::fit
