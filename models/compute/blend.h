#pragma once

#include <cmath>

namespace headroom::compute {

/// (a^p + b^p)^(1/p): two activities that overlap almost perfectly for large p and not at all for p = 1. Never less
/// than the larger of the two.
inline double Blend(double a, double b, double p) {
  const double large = a > b ? a : b;
  const double small = a > b ? b : a;
  if (small <= 0.0) return large;
  return large * std::pow(1.0 + std::pow(small / large, p), 1.0 / p);
}

}  // namespace headroom::compute
