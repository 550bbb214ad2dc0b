#include "models/training/search/nearest_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/training/schedule.h"
#include "models/training/search/search_space.h"
#include "models/training/step_bound.h"

namespace headroom::training {
namespace {

/// Plans of the nearest distance that are evaluated for speed.
constexpr std::size_t kCompared = 64;

double Distance(const ParallelPlan& a, const ParallelPlan& b) {
  const auto doublings = [](std::uint32_t x, std::uint32_t y) {
    return std::abs(std::log2(double(x) / y));
  };
  return doublings(a.tp, b.tp) + doublings(a.pp, b.pp) + doublings(a.cp, b.cp) +
         doublings(a.ep, b.ep) + doublings(a.micro_batch, b.micro_batch) +
         doublings(a.virtual_stages, b.virtual_stages) + std::abs(double(a.zero) - b.zero) +
         (a.recompute == b.recompute ? 0 : 1);
}

struct Near {
  double distance;
  ParallelPlan plan;
};

}  // namespace

std::optional<ParallelPlan> NearestFittingPlan(const StepParams& params,
                                               const compute::KernelModel& kernels) {
  SearchSpace space;
  space.accelerators = {params.plan.accelerators()};
  space.schedules = {params.plan.schedule};
  if (params.plan.pp == 1) space.schedules = {Schedule::k1f1b, Schedule::kInterleaved1f1b};
  std::vector<Near> all;
  for (const PlanFamily& family :
       FamiliesOf(space, params.plan, params.model, params.framework.fused_attention))
    for (const ParallelPlan& plan : PlansOf(space, family, params.model))
      all.push_back({Distance(params.plan, plan), plan});
  std::stable_sort(all.begin(), all.end(),
                   [](const Near& a, const Near& b) { return a.distance < b.distance; });

  const double limit = params.memory_capacity * params.memory_usable;
  std::optional<ParallelPlan> best;
  double nearest = 0, quickest = 0;
  std::size_t compared = 0;
  for (const Near& near : all) {
    if (best && (near.distance > nearest + 1e-9 || ++compared > kCompared)) break;
    StepParams tried = params;
    tried.plan = near.plan;
    const StepModel model(std::move(tried), kernels);
    const ParallelPlan& p = near.plan;
    if (model.LeastMemory(HeldForwardsOf(p.schedule, p.pp, p.virtual_stages, p.micro_batches())) >
        limit)
      continue;
    const StepResult step = model.Evaluate();
    if (!step.memory.fits || (best && step.step_time >= quickest)) continue;
    best = near.plan;
    nearest = near.distance;
    quickest = step.step_time;
  }
  return best;
}

std::string DifferenceText(const ParallelPlan& from, const ParallelPlan& to) {
  std::string out;
  const auto add = [&](const std::string& text) { out += (out.empty() ? "" : ", ") + text; };
  const auto number = [&](const char* name, std::uint32_t a, std::uint32_t b) {
    if (a != b) add(fmt::format("{} {}", name, b));
  };
  number("tp", from.tp, to.tp);
  number("pp", from.pp, to.pp);
  number("cp", from.cp, to.cp);
  number("ep", from.ep, to.ep);
  number("dp", from.dp, to.dp);
  number("virtual_stages", from.virtual_stages, to.virtual_stages);
  number("micro_batch", from.micro_batch, to.micro_batch);
  number("zero", from.zero, to.zero);
  if (from.schedule != to.schedule) add("pipeline " + Name(to.schedule));
  if (from.recompute != to.recompute) add("recompute " + Name(to.recompute));
  if (from.sequence_parallel != to.sequence_parallel)
    add(to.sequence_parallel ? "sequence_parallel on" : "sequence_parallel off");
  return out;
}

}  // namespace headroom::training
