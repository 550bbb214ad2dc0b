#pragma once

#include <cmath>

namespace headroom::compute {

/// Two activities that overlap: almost perfectly for a large exponent, not at all for 1.
struct Blended {
  double value = 0.0;  ///< (a^p + b^p)^(1/p), never less than the larger of a and b
  double share = 0.0;  ///< d ln(value) / d ln(a) = a^p / (a^p + b^p)
};

inline Blended Blend(double a, double b, double p) {
  const double large = a > b ? a : b;
  const double small = a > b ? b : a;
  if (small <= 0.0) return {large, a > b ? 1.0 : 0.0};
  const double ratio = std::pow(small / large, p);
  if (ratio < 1e-12) return {large, a > b ? 1.0 : 0.0};
  return {large * std::pow(1.0 + ratio, 1.0 / p), (a > b ? 1.0 : ratio) / (1.0 + ratio)};
}

}  // namespace headroom::compute
