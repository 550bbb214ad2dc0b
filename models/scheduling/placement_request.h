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
  std::uint8_t starts = 0;    ///< MIG: places of an accelerator at which the job's instance may begin, a bit each; 0: whole accelerators
  friend bool operator==(const JobPlacement&, const JobPlacement&) = default;
};

/// Processors and memory that a job asks for on all its nodes together; each node gives as much of it as it has of the units.
struct HostNeed {
  std::uint32_t cpus = 0;    ///< 1/1000
  std::uint32_t memory = 0;  ///< MB
  bool any() const { return cpus > 0 || memory > 0; }
  friend auto operator<=>(const HostNeed&, const HostNeed&) = default;
};

/// `units` and how they should lie.
struct PlacementRequest {
  PlacementRequest(std::uint32_t n, JobPlacement how = {}) : units(n), place(how) {}  // NOLINT: a count is a request
  std::uint32_t units;
  JobPlacement place;
};

}  // namespace headroom::scheduling
