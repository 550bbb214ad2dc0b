#include "models/training/step_account.h"

#include <algorithm>
#include <utility>

#include "models/llm/flops.h"

namespace headroom::training {

double HardwareFlops(const StepParams& params) {
  const llm::Architecture& a = params.model;
  const double seq = params.plan.sequence;
  double per_token = llm::TrainingFlopsPerToken(a, seq);
  if (params.plan.recompute == llm::Recompute::kFull) {
    for (std::uint32_t i = 0; i < a.layers; ++i) {
      per_token += llm::ForwardFlopsOfLayer(a, i, seq, llm::AttentionCount::kAllPairs);
    }
  } else if (params.plan.recompute == llm::Recompute::kSelective &&
             !params.framework.fused_attention) {
    per_token += a.layers * 2 * a.heads * (a.qk_dim() + a.value_dim()) * seq;
  }
  return per_token * params.plan.tokens_per_step();
}

const char* BoundOf(const StepParams& params, const StepBreakdown& b) {
  const ParallelPlan& p = params.plan;
  const auto leaves = [&](std::uint32_t ranks, std::uint32_t stride) {
    return network::MakeGroup(params.fabric, std::max(1u, ranks), stride).domains > 1;
  };
  double up = 0, out = 0;
  (leaves(p.tp, 1) ? out : up) += b.tp_exposed;
  (leaves(p.cp, p.tp) ? out : up) += b.cp_exposed;
  (leaves(p.ep, p.etp) ? out : up) += b.ep_exposed;
  (leaves(p.dense_replicas(), p.tp) ? out : up) += b.dp_exposed;
  (leaves(p.pp, p.tp * p.cp * p.dp) ? out : up) += b.pp_exposed;
  const std::pair<double, const char*> parts[] = {{b.compute, "compute"}, {b.bubble, "bubble"},
                                                  {up, "scale-up"},       {out, "scale-out"},
                                                  {b.optimizer, "HBM"},   {b.stall, "host"}};
  return std::max_element(std::begin(parts), std::end(parts),
                          [](auto& x, auto& y) { return x.first < y.first; })
      ->second;
}

}  // namespace headroom::training
