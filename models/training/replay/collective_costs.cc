#include "models/training/replay/collective_costs.h"

#include "models/training/replay/graph_builder.h"

namespace headroom::training {
namespace {

double CollectiveSeconds(const network::FabricParams& fabric, const network::Group& group,
                         const TraceNode& n) {
  using network::Operation;
  const auto cost = [&](Operation op, double bytes) {
    return network::Cost(fabric, group, op, network::Algorithm::kAuto, bytes).seconds;
  };
  switch (n.operation) {
    case TraceOperation::kAllReduce:
      return cost(Operation::kAllReduce, n.bytes);
    case TraceOperation::kAllGather:
      return cost(Operation::kAllGather, n.bytes * group.ranks);
    case TraceOperation::kAllToAll:
      return cost(Operation::kAllToAll, n.bytes);
    case TraceOperation::kReduceScatter:
    case TraceOperation::kReduceScatterBlock:
      return cost(Operation::kReduceScatter, n.bytes);
    case TraceOperation::kReduce:
    case TraceOperation::kGather:
    case TraceOperation::kScatter:
    case TraceOperation::kBroadcast:
      return cost(Operation::kBroadcast, n.bytes);
    case TraceOperation::kBarrier:
      return cost(Operation::kAllReduce, 4);
  }
  return 0;
}

}  // namespace

std::int64_t CollectiveCosts::Of(std::uint32_t group, const TraceNode& n) {
  while (shapes_.size() <= group)
    shapes_.push_back(GroupOfRanks(fabric_, graph_.groups[shapes_.size()].ranks));
  const network::Group& s = shapes_[group];
  const Key key{s.ranks, s.domains, s.beyond_leaf, s.beyond_pod, n.operation, n.bytes};
  const auto [it, fresh] = known_.emplace(key, 0);
  if (fresh) it->second = CeilNs(CollectiveSeconds(fabric_, s, n));
  return it->second;
}

}  // namespace headroom::training
