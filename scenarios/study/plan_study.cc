#include "scenarios/study/plan_study.h"

#include <fmt/format.h>

#include <cmath>

#include "models/cost/capital.h"
#include "scenarios/build/facility_builder.h"
#include "scenarios/build/plant_builder.h"
#include "scenarios/build/shared_uplinks.h"
#include "scenarios/build/train_routing.h"
#include "scenarios/build/train_setup.h"
#include "scenarios/build/work.h"

namespace headroom::scenario {
namespace {

/// Index of the workload that `plan.workload` names, or of the only one that trains; -1 after an error.
int WorkloadOf(const BuildContext& context) {
  const auto& all = context.scenario.workloads();
  const std::string& wanted = context.scenario.plan().workload();
  int found = -1, training = 0;
  for (int i = 0; i < all.size(); ++i) {
    if (!all[i].has_train() || (!wanted.empty() && all[i].name() != wanted)) continue;
    found = i;
    ++training;
  }
  if (training == 1) return found;
  if (!wanted.empty())
    context.Error("plan.workload", fmt::format("no training workload is called '{}'", wanted));
  else if (training == 0)
    context.Error("workloads", "has none that trains; there is no parallel plan to search");
  else
    context.Error("plan.workload", fmt::format("is due: {} workloads train", training));
  return -1;
}

training::SearchSpace SpaceOf(const schema::PlanSearch& plan, std::uint32_t held) {
  training::SearchSpace s;
  const auto take = [](const auto& list) { return std::vector<std::uint32_t>(list.begin(), list.end()); };
  s.accelerators = take(plan.accelerators());
  if (s.accelerators.empty()) s.accelerators = {held};
  s.tp = take(plan.tp());
  s.pp = take(plan.pp());
  s.cp = take(plan.cp());
  s.ep = take(plan.ep());
  s.virtual_stages = take(plan.virtual_stages());
  s.micro_batch = take(plan.micro_batch());
  s.zero = take(plan.zero());
  for (const std::string& name : plan.pipeline()) s.schedules.push_back(training::ScheduleFromName(name));
  for (const std::string& name : plan.recompute()) s.recompute.push_back(training::RecomputeFromName(name));
  return s;
}

training::SearchLimits LimitsOf(const schema::PlanSearch& plan) {
  training::SearchLimits limits;
  if (plan.has_step_time()) limits.step_time = plan.step_time();
  if (plan.has_power()) limits.power = plan.power();
  if (plan.has_memory()) limits.memory = plan.memory();
  return limits;
}

/// Zero where a sheet of the site has no price.
training::SearchPrices PricesOf(const BuildContext& context, const std::vector<SystemStock>& systems) {
  double installed = 0;
  for (const SystemStock& s : systems) installed += s.accelerators();
  const double rate = cost::CostOver(MakeCapital(context, systems), 1.0, 0.0).total() / installed;
  if (!std::isfinite(rate)) return {};
  return {rate, context.scenario.site().power().utility().price().energy()};
}

}  // namespace

PlanStudy SearchPlan(const LoadedScenario& loaded, const catalog::Library& library, unsigned threads,
                     std::function<bool(double)> watch) {
  Diagnostics diagnostics;
  const BuildContext context{loaded.scenario, library, loaded.places, diagnostics, loaded.folder};
  const int index = WorkloadOf(context);
  diagnostics.ThrowIfErrors();
  const std::vector<SystemStock> systems = TakeStock(context);
  diagnostics.ThrowIfErrors();
  const BuiltFacility facility = BuildFacility(context, systems);
  const std::vector<std::vector<Slice>> slices = PlaceWork(systems, ClaimsOf(context), context);
  diagnostics.ThrowIfErrors();

  const schema::Workload& workload = loaded.scenario.workloads(index);
  const std::vector<Slice>& mine = slices[static_cast<std::size_t>(index)];
  const SystemStock& system = systems[mine.front().system];
  std::uint32_t held = 0;
  for (const Slice& s : mine) held += s.count;
  const schema::PlanSearch& asked = loaded.scenario.plan();
  for (int i = 0; i < asked.accelerators_size(); ++i)
    if (asked.accelerators(i) > held)
      context.Error("plan.accelerators", fmt::format("{} is more than the {} accelerators that '{}' holds",
                                                     asked.accelerators(i), held, workload.name()));
  const network::FabricParams fabric = FabricOn(context, facility, systems, mine);
  auto setup = MakeTrainSetup(context, workload.train(), fmt::format("workloads[{}].train", workload.name()),
                                    *system.accelerator, fabric, held);
  diagnostics.ThrowIfErrors();
  setup->params.power_limit = system.power_limit;

  training::SearchOptions options;
  options.space = SpaceOf(asked, held);
  options.limits = LimitsOf(asked);
  options.prices = PricesOf(context, systems);
  const auto experts = static_cast<std::uint32_t>(setup->params.model.moe.experts);
  const auto busiest = [&](std::uint32_t ep) {
    return BusiestOf(context, workload.train().moe().routing(), fmt::format("workloads[{}].train.moe.routing", workload.name()), loaded.folder, setup->params.model, ep);
  };
  for (std::uint32_t ep = 1; setup->params.model.is_moe() && ep <= experts; ++ep)
    if (experts % ep == 0) options.space.busiest[ep] = busiest(ep);
  setup->params.plan.experts.busiest = busiest(setup->params.plan.ep);
  diagnostics.ThrowIfErrors();
  if (asked.has_within()) options.within = asked.within();
  if (asked.has_tolerance()) options.tolerance = asked.tolerance();
  options.threads = threads;
  options.watch = std::move(watch);

  PlanStudy study;
  study.workload = workload.name();
  study.model = setup->params.model.name;
  study.accelerator = system.accelerator->name();
  study.priced = options.prices.accelerator_second > 0;
  study.tokens = setup->params.plan.tokens_per_step();
  study.peak = setup->kernels.Peak(setup->params.plan.precision);
  study.result = training::SearchPlans(setup->params, setup->kernels, options);
  study.warnings = diagnostics.warnings();
  return study;
}

std::vector<std::pair<std::string, std::string>> SettingsFor(const std::string& workload,
                                                             const training::ParallelPlan& p) {
  const std::string at = fmt::format("workloads[{}].train.", workload);
  const std::string plan = at + "parallelism.";
  const auto text = [](std::uint32_t n) { return std::to_string(n); };
  return {{at + "accelerators.count", text(p.accelerators())},
          {plan + "tp", text(p.tp)},
          {plan + "pp", text(p.pp)},
          {plan + "cp", text(p.cp)},
          {plan + "ep", text(p.ep)},
          {plan + "dp", text(p.dp)},
          {plan + "virtual_stages", text(p.virtual_stages)},
          {plan + "zero", text(p.zero)},
          {plan + "sequence_parallel", p.sequence_parallel ? "true" : "false"},
          {at + "micro_batch", text(p.micro_batch)},
          {at + "pipeline", training::Name(p.schedule)},
          {at + "recompute", training::Name(p.recompute)},
          {at + "layout", "[]"}};
}

}  // namespace headroom::scenario
