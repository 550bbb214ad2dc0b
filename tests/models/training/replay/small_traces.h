#pragma once

#include <vector>

#include "models/training/replay/trace_replay.h"

namespace headroom::training {

/// A trace of one rank that grows node by node; ids count from 0, files are called "t.RANK.et".
class SmallTrace {
 public:
  explicit SmallTrace(std::uint32_t rank) { trace_.file = "t." + std::to_string(rank) + ".et"; }
  using Deps = std::vector<std::uint32_t>;
  std::uint32_t Compute(double micros, const Deps& deps = {});
  std::uint32_t Host(double micros, const Deps& deps = {});
  std::uint32_t Send(std::uint32_t to, double bytes, const Deps& deps = {}, std::uint32_t tag = 0);
  std::uint32_t Receive(std::uint32_t from, double bytes, const Deps& deps = {},
                        std::uint32_t tag = 0);
  std::uint32_t Collective(TraceOperation op, double bytes, const Deps& deps = {},
                           const std::string& group = "");
  /// The last node, to be changed.
  TraceNode& last() { return trace_.nodes.back(); }
  RankTrace& trace() { return trace_; }

 private:
  std::uint32_t Add(TraceNode node, const char* name, const Deps& deps);
  RankTrace trace_;
};

/// Two domains of 8 with 450 GB/s inside and 50 GB/s between.
ReplayGraphParams SmallFabric();
std::vector<RankTrace> Traces(std::vector<SmallTrace> ranks);

struct Played {
  ReplayResults results;
  double ended = 0;  ///< s
  double energy = 0, held = 0, busy = 0;
};
/// Replays on one port at `clock`; 700 W at full power.
Played Play(const ReplayGraph& graph, double clock = 1);

}  // namespace headroom::training
