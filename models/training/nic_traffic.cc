#include "models/training/nic_traffic.h"

#include <algorithm>
#include <cmath>

#include "models/llm/layer.h"
#include "models/llm/parameters.h"
#include "models/training/expert_exchange.h"

namespace headroom::training {

using network::Operation;

double LeavingBytes(const network::Group& group, Operation op, double bytes) {
  if (group.domains <= 1) return 0.0;
  const double away = (group.domains - 1) / group.domains * bytes;
  if (op == Operation::kAllToAll) return away;
  return (op == Operation::kAllReduce ? 2 : 1) * away / group.per_domain;
}

namespace {

/// Of one pass of all layers, by the groups inside a layer.
double InLayers(const StepParams& params) {
  const ParallelPlan& p = params.plan;
  const llm::Architecture& a = params.model;
  const double tokens = p.tokens_per_pass(), whole = tokens * a.hidden * llm::kElement;
  double sum = 0;
  const network::Group tp = network::MakeGroup(params.fabric, p.tp, 1);
  // Per layer: gathers before and scatters after two blocks, both ways, and two saved inputs gathered again; or an all-reduce.
  sum += p.sequence_parallel ? 10 * LeavingBytes(tp, Operation::kAllGather, whole) : 4 * LeavingBytes(tp, Operation::kAllReduce, whole);
  if (p.cp > 1) {
    const network::Group cp = network::MakeGroup(params.fabric, p.cp, p.tp);
    const double width = a.is_mla() ? a.heads / p.tp * (a.qk_dim() + a.value_dim()) : 2.0 * llm::LocalKvHeads(a, p.tp) * a.head_dim;
    // Around a ring one send of a domain's members leaves it; keys and values forward, with their gradients backward.
    if (cp.domains > 1) sum += 3 * (p.cp - 1) * tokens * width * llm::kElement / cp.per_domain;
  }
  if (p.ep > 1) {
    const ExpertExchange x = MakeExpertExchange(params.fabric, p, a.moe.experts_per_token);
    const double sent = (p.sequence_parallel ? tokens / p.tp : tokens) * a.hidden * x.outer;
    sum += sent * (p.experts.dispatch_bytes + 3 * llm::kElement);
  }
  return sum * a.layers / p.pp;
}

double OfReplicas(const StepParams& params, const std::vector<ChunkParameters>& chunks) {
  const ParallelPlan& p = params.plan;
  const double gradient = params.framework.gradient_bytes, gather = params.framework.gather_bytes;
  const auto sent = [&](std::uint32_t ranks, std::uint32_t stride, double parameters) {
    const network::Group group = network::MakeGroup(params.fabric, std::max(1u, ranks), stride);
    if (p.zero == 0) return LeavingBytes(group, Operation::kAllReduce, parameters * gradient);
    // ZeRO-3 gathers for each pass over a micro-batch.
    const double passes = p.zero == 3 ? p.micro_batches() : 1.0;
    return passes * ((p.zero == 3 ? 2 : 1) * LeavingBytes(group, Operation::kAllGather, parameters * gather) +
                     LeavingBytes(group, Operation::kReduceScatter, parameters * gradient));
  };
  double dense = 0, experts = 0;
  for (const ChunkParameters& c : chunks) {
    dense += c.dense;
    experts += c.experts;
  }
  double sum = sent(p.dense_replicas(), p.tp, dense / p.pp);
  if (params.model.is_moe()) sum += sent(p.expert_replicas(), p.ep * p.etp, experts / p.pp);
  return sum;
}

double OfStages(const StepParams& params) {
  const ParallelPlan& p = params.plan;
  if (p.pp == 1) return 0;
  const double inner = double(p.tp) * p.cp * p.dp, domain = std::max<std::uint32_t>(1, params.fabric.scale_up.domain);
  double away = 0;  // of the stages' borders, chunks' wrap-around included
  for (std::uint32_t s = 0; s < p.pp; ++s)
    away += std::floor(s * inner / domain) != std::floor((s + 1) % p.pp * inner / domain) ? 1.0 : 0.0;
  const double bytes = p.tokens_per_pass() * params.model.hidden * llm::kElement / p.tp;
  return 2 * away / p.pp * p.virtual_stages * bytes;  // activations on, gradients back
}

}  // namespace

double NicBytes(const StepParams& params, const std::vector<ChunkParameters>& chunks) {
  return params.plan.micro_batches() * (InLayers(params) + OfStages(params)) + OfReplicas(params, chunks);
}

}  // namespace headroom::training
