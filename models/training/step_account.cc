#include "models/training/step_account.h"

#include <algorithm>
#include <utility>

#include "models/llm/flops.h"

namespace headroom::training {

double HardwareFlops(const StepParams& params) {
  const llm::Architecture& a = params.model;
  const double seq = params.plan.sequence;
  double per_token = llm::TrainingFlopsPerToken(a, seq);
  if (const double again = params.plan.RecomputedShare(a.layers); again > 0) {
    for (std::uint32_t i = 0; i < a.layers; ++i) {
      per_token += again * llm::ForwardFlopsOfLayer(a, i, seq, llm::AttentionCount::kAllPairs);
      if (params.framework.compiled && !a.moe_layer(i)) per_token -= again * 2 * double(a.hidden) * a.ffn;
    }
  } else if (params.plan.recompute == llm::Recompute::kSelective &&
             !params.framework.fused_attention) {
    per_token += a.layers * 2 * a.heads * (a.qk_dim() + a.value_dim()) * seq;
  }
  return per_token * params.plan.tokens_per_step();
}

namespace {

/// A part of a step, and how far its group reaches.
struct Part {
  double StepBreakdown::*seconds;
  bool beyond_domain, beyond_leaf;
};

std::vector<Part> PartsOf(const StepParams& params) {
  const ParallelPlan& p = params.plan;
  std::vector<Part> out;
  const auto add = [&](double StepBreakdown::*part, std::uint32_t ranks, std::uint32_t stride) {
    const network::Group group = network::MakeGroup(params.fabric, std::max(1u, ranks), stride);
    out.push_back({part, group.domains > 1, group.beyond_leaf});
  };
  add(&StepBreakdown::tp_exposed, p.tp, 1);
  add(&StepBreakdown::cp_exposed, p.cp, p.tp);
  add(&StepBreakdown::ep_exposed, p.ep, p.etp);
  add(&StepBreakdown::pp_exposed, p.pp, p.tp * p.cp * p.dp);
  add(&StepBreakdown::dp_exposed, p.dense_replicas(), p.tp);
  return out;
}

}  // namespace

double UplinkSeconds(const StepParams& params, const StepResult& step) {
  double sum = 0;
  for (const Part& part : PartsOf(params)) {
    if (!part.beyond_leaf) continue;
    sum += step.breakdown.*part.seconds;
    if (part.seconds == &StepBreakdown::dp_exposed) sum += step.dp_hidden;
  }
  return sum;
}

StepResult Stretched(const StepParams& params, StepResult step, double uplink, double nic) {
  if (uplink <= 1 && nic <= 1) return step;
  double extra = 0;
  for (const Part& part : PartsOf(params)) {
    const double stretch = std::max(part.beyond_leaf ? uplink : 1, part.beyond_domain ? nic : 1);
    double& seconds = step.breakdown.*part.seconds;
    const double more = (stretch - 1) * (seconds + (part.seconds == &StepBreakdown::dp_exposed ? step.dp_hidden : 0));
    seconds += more;
    extra += more;
  }
  if (extra <= 0) return step;
  const double watts = params.tdp * params.power.communication;
  const double before = step.step_time;
  step.step_time += extra;
  step.mean_watts = (step.mean_watts * before + watts * extra) / step.step_time;
  step.busy_share = (step.busy_share * before + extra) / step.step_time;
  step.phases.push_back({"waits for the fabric", extra, watts});
  step.bound = BoundOf(params, step.breakdown);
  return step;
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
