#include "models/serving/autoscaler.h"

#include <algorithm>
#include <cmath>

namespace headroom::serving {

std::uint32_t Autoscaler::Look(double now, std::uint64_t outstanding, std::uint32_t current) {
  const double load = static_cast<double>(outstanding) / params_.outstanding;
  const bool near = std::abs(load / current - 1.0) <= kTolerance;
  const double asked = 
      std::clamp<double>(std::ceil(load), params_.min, params_.max);
  const auto wanted = near ? current : static_cast<std::uint32_t>(asked);
  // A deployment that has just started wants what it has.
  if (recent_.empty()) recent_.push_back({now, current});
  while (!recent_.empty() && recent_.back().replicas <= wanted) recent_.pop_back();
  recent_.push_back({now, wanted});
  while (recent_.front().at < now - kStabilization) recent_.pop_front();
  if (wanted > current) return std::min(wanted, std::max(2 * current, current + 4));
  return std::min(current, recent_.front().replicas);
}

}  // namespace headroom::serving
