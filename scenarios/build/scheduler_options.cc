#include "scenarios/build/scheduler_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace headroom::scenario {
namespace {

scheduling::PreemptMode ModeOf(const std::string& word) {
  if (word == "cancel") return scheduling::PreemptMode::kCancel;
  if (word == "suspend") return scheduling::PreemptMode::kSuspend;
  if (word == "off") return scheduling::PreemptMode::kOff;
  return scheduling::PreemptMode::kRequeue;
}

std::int64_t Ns(double seconds) { return std::llround(seconds * 1e9); }

}  // namespace

std::optional<scheduling::SchedulerParams> SchedulerOptions(const BuildContext& context) {
  scheduling::SchedulerParams p;
  if (!context.scenario.has_scheduler()) return p;
  const schema::Scheduler& s = context.scenario.scheduler();
  p.policy = s.policy();
  p.placement = s.placement();
  p.options.passes = s.passes() == "per-event" ? scheduling::Passes::kPerEvent : scheduling::Passes::kPerInstant;
  p.options.reservations =
      s.reservations() == "machines" ? scheduling::Reservations::kMachines : scheduling::Reservations::kCount;
  p.options.easy.sum_ties = s.shadow_ties() != "single";
  if (s.has_preemption()) {
    p.preemption.mode = ModeOf(s.preemption().mode());
    p.preemption.checkpoint = s.preemption().checkpoint();
    p.preemption.restart = Ns(s.preemption().restart());
    p.preemption.exempt = Ns(s.preemption().exempt());
  }
  const schema::PriorityRules& rules = s.priority();
  scheduling::MultifactorOptions& m = p.options.multifactor;
  m.weights = {rules.age(), rules.fair_share(), rules.size(), rules.queue(), 0.0};
  m.size_rule = rules.favor_small() ? scheduling::SizeRule::kSmall : scheduling::SizeRule::kLarge;
  m.half_life = rules.half_life();
  m.max_age = rules.max_age();
  m.period = rules.every();
  p.options.planned = {rules.depth(), Ns(rules.window())};
  for (const schema::JobQueue& q : s.queues()) {
    m.queue_shares.push_back(q.weight());
    m.queue_priority.push_back(q.priority());
    p.options.gang.queue_weights.push_back(q.weight());
  }
  if (s.las_thresholds_size() > 0) p.options.las.thresholds.assign(s.las_thresholds().begin(), s.las_thresholds().end());
  if (p.policy == "las" && !s.has_preemption()) p.preemption = {scheduling::PreemptMode::kRequeue, true, 0, 0};
  p.placing.seed = context.scenario.seed();
  p.limits.power = s.power_cap();
  p.carbon.intensity.assign(s.carbon().intensity().begin(), s.carbon().intensity().end());
  p.carbon.slack = Ns(s.carbon().slack());
  p.options.elastic = {s.elastic().scaling(), s.elastic().most(), Ns(s.elastic().every())};
  if (p.policy == "elastic") p.preemption = {scheduling::PreemptMode::kRequeue, true, Ns(s.elastic().restart()), 0};
  const schema::GavelRules& gavel = s.gavel();
  p.options.gavel.objective = gavel.objective() == "makespan"     ? scheduling::ShareObjective::kMakespan
                              : gavel.objective() == "throughput" ? scheduling::ShareObjective::kThroughput
                                                                  : scheduling::ShareObjective::kMaxMin;
  p.options.gavel.period = Ns(gavel.every());
  p.options.gavel.queue_weights = p.options.gang.queue_weights;
  if (p.policy == "gavel") p.preemption = {scheduling::PreemptMode::kRequeue, true, Ns(gavel.restart()), 0};
  for (const schema::JobQueue& q : s.queues())
    p.options.proportion.queues.push_back({q.weight(), 0.0, q.guarantee(), q.has_capability() ? q.capability() : std::numeric_limits<double>::infinity()});
  bool good = true;
  const auto refuse = [&](const std::string& key, const std::string& what) {
    context.Error("scheduler." + key, what);
    good = false;
  };
  if (!scheduling::FindPolicy(p.policy)) refuse("policy", fmt::format("{} is not modelled yet", p.policy));
  if (!scheduling::FindPlacement(p.placement)) refuse("placement", fmt::format("{} is not modelled yet", p.placement));
  const bool backfills = p.policy == "easy-backfill" || p.policy == "conservative-backfill";
  if (p.options.reservations == scheduling::Reservations::kMachines) {
    if (!backfills) refuse("reservations", fmt::format("machines are booked by backfilling alone, and policy is {}", p.policy));
    if (p.placement != "first-fit")
      refuse("placement", fmt::format("{} cannot be had where reservations are of machines: they book the lowest first", p.placement));
  }
  const bool preempts = p.policy == "multifactor" || p.policy == "fair-share" || p.policy == "gang" || p.policy == "quota" || p.policy == "las" || p.policy == "proportion" || p.policy == "kubernetes";
  if (s.has_preemption() && !preempts && p.preemption.mode != scheduling::PreemptMode::kOff)
    refuse("preemption", fmt::format("policy {} never preempts", p.policy));
  if ((p.policy == "elastic" || p.policy == "gavel") && s.has_preemption()) refuse("preemption", fmt::format("policy {} stops jobs by its own rules", p.policy));
  if (p.policy == "gavel" && p.limits.power > 0.0) refuse("power_cap", "policy gavel plans by shares of time alone");
  for (const schema::JobQueue& q : s.queues()) {
    if (p.policy != "proportion" && (q.guarantee() > 0.0 || q.has_capability()))
      refuse(fmt::format("queues[{}].{}", q.name(), q.has_capability() ? "capability" : "guarantee"), fmt::format("is of policy proportion, and policy is {}", p.policy));
    if (p.policy != "quota" && !q.flavors().empty()) refuse(fmt::format("queues[{}].flavors", q.name()), fmt::format("is of policy quota, and policy is {}", p.policy));
    if (p.policy == "gavel" && q.weight() <= 0.0) refuse(fmt::format("queues[{}].weight", q.name()), "is 0; policy gavel divides by it");
    if (p.policy == "proportion" && q.has_capability() && q.capability() < q.guarantee())
      refuse(fmt::format("queues[{}].capability", q.name()), fmt::format("is {:g}; it must not be below the guarantee, {:g}", q.capability(), q.guarantee()));
  }
  const scheduling::PlacementRow* row = scheduling::FindPlacement(p.placement);
  if (row != nullptr && row->heeds == scheduling::Heeds::kParts && !scheduling::WaitsForPlaces(p.policy))
    refuse("placement", fmt::format("{} may find no place where enough is free, and policy {} plans by numbers alone", p.placement, p.policy));
  if (p.limits.power > 0.0 && !scheduling::WaitsForPlaces(p.policy))
    refuse("power_cap", fmt::format("policy {} plans by free accelerators alone", p.policy));
  if ((p.limits.power > 0.0 || (row != nullptr && row->heeds == scheduling::Heeds::kParts)) &&
      (p.options.reservations == scheduling::Reservations::kMachines || !p.options.easy.sum_ties))
    refuse(p.options.easy.sum_ties ? "reservations" : "shadow_ties", "is of jobs that wait for free accelerators alone, not for a place or for power");
  for (int i = 0; i + 1 < s.levels_size(); ++i)
    if (s.levels(i).has_nodes() && s.levels(i + 1).has_nodes() && (s.levels(i).nodes() % s.levels(i + 1).nodes() != 0 || s.levels(i).nodes() == s.levels(i + 1).nodes()))
      refuse(fmt::format("levels[{}].nodes", s.levels(i).name()),
             fmt::format("is {}; it must be a multiple of the {} of '{}', the level below", s.levels(i).nodes(), s.levels(i + 1).nodes(), s.levels(i + 1).name()));
  for (int i = 0; i < s.levels_size(); ++i) {
    if (s.levels(i).name() == "node") refuse("levels[node].name", "node is there always");
    for (int k = 0; k < i; ++k)
      if (s.levels(k).name() == s.levels(i).name()) refuse(fmt::format("levels[{}].name", i), fmt::format("'{}' is the name of two", s.levels(i).name()));
  }
  if (p.policy == "las") {
    if (p.preemption.mode == scheduling::PreemptMode::kOff) refuse("preemption.mode", "las is nothing without preemption");
    if (!std::is_sorted(p.options.las.thresholds.begin(), p.options.las.thresholds.end(), std::less_equal<>()))
      refuse("las_thresholds", "must ascend");
  }
  if (p.policy == "quota") {
    p.options.quota = QuotaOf(context);
    good = good && context.diagnostics.ok();
  }
  if (!good) return std::nullopt;
  return p;
}

}  // namespace headroom::scenario
