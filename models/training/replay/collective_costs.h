#pragma once

#include <map>
#include <tuple>
#include <vector>

#include "models/training/replay/replay_graph.h"

namespace headroom::training {

/// Costs worked out once per group, operation and size.
class CollectiveCosts {
 public:
  CollectiveCosts(const network::FabricParams& fabric, const ReplayGraph& graph)
      : fabric_(fabric), graph_(graph) {}
  /// Nanoseconds of collective `n` of a group of the graph.
  std::int64_t Of(std::uint32_t group, const TraceNode& n);

 private:
  using Key = std::tuple<double, double, bool, bool, TraceOperation, double>;
  const network::FabricParams& fabric_;
  const ReplayGraph& graph_;
  std::vector<network::Group> shapes_;
  std::map<Key, std::int64_t> known_;
};

}  // namespace headroom::training
