#include "models/network/load_balance.h"

#include <algorithm>
#include <cmath>

#include "sim/core/check.h"

namespace headroom::network {

double SlowestShare(LoadBalancing balancing, const LeafTraffic& t) {
  HR_CHECK(t.nics > 0 && t.uplinks > 0 && t.flows > 0 && t.nic_rate > 0 && t.uplink_rate > 0, t.nics, t.uplinks, t.flows);
  if (balancing != LoadBalancing::kEcmp) return 1.0;
  if (t.uplinks <= 1) return 1.0;
  const double balls = t.nics * t.flows, mean = balls / t.uplinks;
  const double bins = 2 * t.uplinks * std::max(1.0, t.leaves);
  // Within twelve deviations lies all; no bin holds more than all balls.
  const double reach = 12 * std::sqrt(mean);
  const double first = std::max(0.0, std::floor(mean - reach)), last = std::min(balls, mean + reach + 40);
  double fullest = first, below = 0.0;
  for (double m = first; m < last; ++m) {
    below += std::exp(std::lgamma(balls + 1) - std::lgamma(m + 1) - std::lgamma(balls - m + 1) - m * std::log(t.uplinks) +
                      (balls - m) * std::log1p(-1 / t.uplinks));
    fullest += 1 - std::pow(std::min(1.0, below), bins);
  }
  fullest = std::max(fullest, 1.0);
  const double even = std::min(t.nic_rate, t.uplinks * t.uplink_rate / t.nics);
  return std::min(1.0, std::min(t.nic_rate, t.flows * t.uplink_rate / fullest) / even);
}

}  // namespace headroom::network
