#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "models/network/collective.h"
#include "models/training/replay/rank_trace.h"

namespace headroom::training {

/// Achieved rates of an accelerator, for nodes whose time is modelled:
///
///     t = launch + max(flops / (rate * clock), bytes / bandwidth) [s]
struct Roofline {
  double rate = 0;       ///< FLOP/s at full clock
  double bandwidth = 0;  ///< B/s of device memory
  double host_link = 0;  ///< B/s to memory beyond the accelerator
  double launch = 0;     ///< s
};

struct ReplayGraphParams {
  network::FabricParams fabric;
  bool modelled = false;  ///< compute from the roofline; else as recorded
  Roofline roofline;
  /// Communicators by name, members ascending; beside those that traces define. "0" renames the
  /// group of all ranks.
  std::map<std::string, std::vector<std::uint32_t>> groups;
};

/// The traces of all ranks as one graph, checked and costed: flat arrays by node, ranks one after
/// another. Rank r stands on accelerator r of the workload.
///
/// Sends and receives are paired on (source, destination, tag, size), the first with the first. The
/// k-th collective of a group in one rank's file belongs with the k-th of every other member's.
/// Costs of communication come from models/network; `bytes` of an all-gather is one rank's shard,
/// of the others the full buffer. A reduce, gather or scatter is taken to last as long as a
/// broadcast of the full buffer, a barrier as an all-reduce of 4 bytes (assumed). A rank that
/// replays alone has nobody to talk to: its communication lasts as recorded.
struct ReplayGraph {
  static constexpr std::uint32_t kNone = 0xffffffffu;

  /// @throws ConfigError naming file and node for what does not fit together, and for a graph that
  /// would stall.
  ReplayGraph(std::vector<RankTrace> ranks, const ReplayGraphParams& params);

  std::uint32_t rank_count() const { return static_cast<std::uint32_t>(traces.size()); }
  std::uint32_t node_count() const { return first.back(); }
  std::uint32_t RankOf(std::uint32_t node) const;
  std::string Text(std::uint32_t node) const;

  std::vector<RankTrace> traces;
  std::vector<std::uint32_t> first;  ///< of each rank, and the end

  /// A node lasts max(fixed, clocked / clock) [ns].
  struct Length {
    std::int64_t fixed = 0;
    std::int64_t clocked = 0;
  };
  std::vector<Length> length;       ///< by node; of a send: of its message
  std::vector<NodeKind> kind;       ///< host nodes are kCompute
  std::vector<std::uint32_t> rank;  ///< by node
  std::vector<std::uint32_t> lane;  ///< on which the node runs; kNone: on none
  std::vector<std::uint32_t>
      partner;  ///< of a send its receive and back; of a collective its instance
  std::vector<std::uint32_t> waits;       ///< number of dependencies
  std::vector<std::uint32_t> next_begin;  ///< successors of a node
  std::vector<std::uint32_t> next;
  std::uint32_t lanes = 0;
  std::vector<std::uint8_t> lane_host;  ///< 1 where a lane is a host's

  struct Group {
    std::string name;
    std::vector<std::uint32_t> ranks;
    std::vector<std::uint32_t> instances;
  };
  struct Instance {
    std::uint32_t group = 0;
    std::int64_t length = 0;  ///< ns
  };
  std::vector<Group> groups;
  std::vector<Instance> instances;
  std::vector<std::uint32_t> member_begin;  ///< nodes of an instance, by rank
  std::vector<std::uint32_t> members;

  /// Least time that the graph takes at full clock [ns]: the longest path, or what the busiest lane
  /// has to do.
  std::int64_t least = 0;
};

/// How the members of a communicator lie on the fabric, rank r on accelerator r.
network::Group GroupOfRanks(const network::FabricParams& fabric,
                            const std::vector<std::uint32_t>& ranks);

}  // namespace headroom::training
