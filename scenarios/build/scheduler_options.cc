#include "scenarios/build/scheduler_options.h"

#include <fmt/format.h>

#include <cmath>

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
  if (!good) return std::nullopt;
  return p;
}

}  // namespace headroom::scenario
