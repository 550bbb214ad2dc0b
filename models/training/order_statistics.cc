#include "models/training/order_statistics.h"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>

#include "models/training/framework.h"

namespace headroom::training {
namespace {

/// H(n), by its asymptotic series from 64 on.
double Harmonic(double n) {
  if (n > 64) return std::log(n) + 0.5772156649015329 + 0.5 / n - 1 / (12 * n * n);
  double sum = 0;
  for (int i = 1; i <= n; ++i) sum += 1.0 / i;
  return sum;
}

}  // namespace

double Variation::Slowest(double n) const {
  switch (distribution) {
    case Distribution::kNone:
      return 1;
    case Distribution::kNormal:
      return 1 + deviation * LargestOf(n);
    case Distribution::kLognormal: {
      const double s = std::sqrt(std::log(1 + deviation * deviation));
      return n <= 1 ? 1 : std::exp(s * LargestOf(n) - 0.5 * s * s);
    }
    case Distribution::kExponential:
      return 1 + deviation * (Harmonic(n) - 1);
    case Distribution::kStragglers:
      return 1 + deviation * -std::expm1(n * std::log1p(-share));
  }
  return 1;
}

Distribution DistributionFromName(const std::string& name) {
  if (name == "normal") return Distribution::kNormal;
  if (name == "lognormal") return Distribution::kLognormal;
  if (name == "exponential") return Distribution::kExponential;
  if (name == "stragglers") return Distribution::kStragglers;
  throw std::invalid_argument(fmt::format("no distribution is called '{}'", name));
}

}  // namespace headroom::training
