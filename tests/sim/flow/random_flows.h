#pragma once

#include <cstdint>
#include <vector>

#include "sim/flow/flow_network.h"

namespace headroom {

/// A small network with flows that open, are withdrawn, and meet changing bandwidths, all drawn
/// from one number.
struct FlowCase {
  struct Opening {
    Instant at;
    std::uint32_t route;
    double bytes;
    double weight;
    Instant cancel;  ///< Instant::Max(): never
  };
  struct Change {
    Instant at;
    std::uint32_t link;
    double bandwidth;
  };
  std::vector<double> bandwidth;  ///< B/s
  std::vector<Duration> latency;
  std::vector<std::vector<FlowLinkId>> routes;
  std::vector<Opening> openings;
  std::vector<Change> changes;
};

FlowCase DrawCase(std::uint64_t number, bool weighted);

/// When each flow ended, -1 if it was withdrawn first, and how far the bytes are from balancing.
struct FlowOutcome {
  std::vector<std::int64_t> ended_ns;
  double imbalance = 0.0;
};

FlowOutcome Play(const FlowCase& c, Engine& engine, FlowNetwork& network);

/// Play() with SimGrid, in a process of its own, as SimGrid starts once per process.
FlowOutcome PlayInSimgrid(const FlowCase& c);

}  // namespace headroom
