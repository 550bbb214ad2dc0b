#pragma once

#include <algorithm>
#include <cstdint>

namespace headroom::scheduling {

/// How fast a Ray cluster grows.
enum class Upscaling { kConservative, kAggressive };

/// Workers that the Ray autoscaler may launch now: conservative keeps what is pending at or below the present size (at
/// least one), aggressive has no limit. Source: KubeRay documentation of upscalingMode.
inline std::uint32_t WorkersToLaunch(Upscaling mode, std::uint32_t running, std::uint32_t pending, std::uint32_t demand) {
  if (mode == Upscaling::kAggressive) return demand;
  const std::uint32_t most = std::max(1u, running);
  return std::min(demand, most > pending ? most - pending : 0u);
}

/// SkyPilot's cost of a task on a candidate [USD]: price per node-hour over the nodes that are not reserved, and egress.
/// A run time that is not known counts as one hour.
inline double CandidateCost(double usd_per_hour, double seconds, std::uint32_t nodes, std::uint32_t reserved, double egress) {
  const double hours = seconds > 0.0 ? seconds / 3600.0 : 1.0;
  return usd_per_hour * hours * (nodes > reserved ? nodes - reserved : 0u) + egress;
}

}  // namespace headroom::scheduling
