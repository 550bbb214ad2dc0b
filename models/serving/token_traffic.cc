#include "models/serving/token_traffic.h"

#include <algorithm>
#include <cmath>

#include "models/llm/layer.h"

namespace headroom::serving {

using network::Operation;

TokenTraffic TrafficPerToken(const llm::Architecture& a, const ReplicaParallelism& parallelism,
                             const network::FabricParams& fabric) {
  TokenTraffic out;
  const double tp = parallelism.tp, ranks = parallelism.ep;
  const double moe = a.is_moe() ? a.layers - std::min(a.layers, a.moe.dense_layers) : 0;
  const double payload = a.hidden * llm::kElement;
  const bool exchange = parallelism.ep > parallelism.tp;
  if (parallelism.tp > 1) {
    const network::Group group = network::MakeGroup(fabric, parallelism.tp, 1);
    const double reductions = 2 * (a.layers - moe) + (exchange ? 1 : 2) * moe;
    out.pass.Add(network::TrafficOf(group, Operation::kAllReduce, false, payload), tp * reductions);
    out.sample.Add(network::TrafficOf(group, Operation::kAllGather, false, llm::kElement * a.vocab), tp);
  }
  if (exchange && moe > 0) {
    const double copies = ranks * (1 - std::pow(1 - 1 / ranks, a.moe.experts_per_token));
    const network::Group group = network::MakeGroup(fabric, parallelism.ep, 1);
    out.pass.Add(network::TrafficOf(group, Operation::kAllToAll, false, payload * copies), tp * 2 * moe);
  }
  return out;
}

}  // namespace headroom::serving
