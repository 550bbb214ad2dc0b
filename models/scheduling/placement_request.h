#pragma once

#include <cstdint>

namespace headroom::scheduling {

/// How a job wants its pods to lie in the domains of the floor (TopologyMode of topology_fit.h, and kLowest: Volcano's hard
/// hypernodes, the lowest level up to `level` one of whose domains holds all; kAny: as the placement likes).
enum class PlacementMode : std::uint8_t { kAny, kRequired, kPreferred, kUnconstrained, kLowest };

/// What a job asks of where its units lie.
struct JobPlacement {
  std::uint32_t pod = 0;      ///< units that must share a node, a divisor of the job's; 0: any free units will do
  std::uint32_t segment = 0;  ///< pods that must share a domain of `level`, a divisor of the job's pods; 0: no segments
  PlacementMode mode = PlacementMode::kAny;
  std::uint8_t level = 0;     ///< of Floor::shape().levels, the largest first; their number stands for the nodes
  friend bool operator==(const JobPlacement&, const JobPlacement&) = default;
};

/// `units` and how they should lie.
struct PlacementRequest {
  PlacementRequest(std::uint32_t n, JobPlacement how = {}) : units(n), place(how) {}  // NOLINT: a count is a request
  std::uint32_t units;
  JobPlacement place;
};

}  // namespace headroom::scheduling
