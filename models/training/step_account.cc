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

namespace {

/// The parts of a step whose groups span leaves.
std::vector<double StepBreakdown::*> UplinkParts(const StepParams& params) {
  const ParallelPlan& p = params.plan;
  const auto leaves = [&](std::uint32_t ranks, std::uint32_t stride) {
    return network::MakeGroup(params.fabric, std::max(1u, ranks), stride).beyond_leaf;
  };
  std::vector<double StepBreakdown::*> out;
  if (leaves(p.tp, 1)) out.push_back(&StepBreakdown::tp_exposed);
  if (leaves(p.cp, p.tp)) out.push_back(&StepBreakdown::cp_exposed);
  if (leaves(p.ep, p.etp)) out.push_back(&StepBreakdown::ep_exposed);
  if (leaves(p.pp, p.tp * p.cp * p.dp)) out.push_back(&StepBreakdown::pp_exposed);
  if (leaves(p.dense_replicas(), p.tp)) out.push_back(&StepBreakdown::dp_exposed);
  return out;
}

double HiddenOnUplinks(const StepParams& params, const StepResult& step) {
  const ParallelPlan& p = params.plan;
  const bool leaves =
      network::MakeGroup(params.fabric, std::max(1u, p.dense_replicas()), p.tp).beyond_leaf;
  return leaves ? step.dp_hidden : 0;
}

}  // namespace

double UplinkSeconds(const StepParams& params, const StepResult& step) {
  double sum = HiddenOnUplinks(params, step);
  for (double StepBreakdown::*part : UplinkParts(params)) sum += step.breakdown.*part;
  return sum;
}

StepResult Stretched(const StepParams& params, StepResult step, double stretch) {
  const double extra = (stretch - 1) * UplinkSeconds(params, step);
  if (extra <= 0) return step;
  for (double StepBreakdown::*part : UplinkParts(params)) step.breakdown.*part *= stretch;
  step.breakdown.dp_exposed += (stretch - 1) * HiddenOnUplinks(params, step);
  const double watts = params.tdp * params.power.communication;
  const double before = step.step_time;
  step.step_time += extra;
  step.mean_watts = (step.mean_watts * before + watts * extra) / step.step_time;
  step.busy_share = (step.busy_share * before + extra) / step.step_time;
  step.phases.push_back({"waits for shared uplinks", extra, watts});
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
