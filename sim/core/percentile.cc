#include "sim/core/percentile.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/core/check.h"

namespace headroom {

double PercentileOfSorted(std::span<const double> sorted, double share) {
  HR_CHECK(!sorted.empty() && share >= 0.0 && share <= 1.0, sorted.size(), share);
  const double position = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const double a = sorted[below];
  const double b = sorted[std::min(below + 1, sorted.size() - 1)];
  const double t = position - std::floor(position);
  // From the nearer end, as numpy does: monotone, and exact at both ends.
  return t < 0.5 ? a + (b - a) * t : b - (b - a) * (1.0 - t);
}

double Percentile(std::vector<double> values, double share) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::sort(values.begin(), values.end());
  return PercentileOfSorted(values, share);
}

}  // namespace headroom
