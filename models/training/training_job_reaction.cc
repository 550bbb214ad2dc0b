#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/training/training_job.h"
#include "sim/core/check.h"

namespace headroom::training {

/// How many data parallel replicas can run on the nodes that are there, and their model; 0: none.
std::uint32_t TrainingJob::Replicas(const StepModel** model) const {
  const ParallelPlan& plan = model_.params().plan;
  *model = &model_;
  if (gone_.empty()) return plan.dp;
  *model = nullptr;
  if (!params_.shrink.model) return 0;
  // Ranks are numbered tensor parallel fastest, then context, then data, pipeline slowest.
  const std::uint32_t per_node = params_.faults.accelerators_per_node, each = plan.tp * plan.cp;
  std::set<std::uint32_t> lack;
  for (const std::uint32_t node : gone_)
    for (std::uint32_t a = node * per_node; a < std::min((node + 1) * per_node, plan.accelerators()); ++a) lack.insert(a / each % plan.dp);
  for (std::uint32_t replicas = plan.dp - static_cast<std::uint32_t>(lack.size()); replicas > 0; --replicas) {
    *model = replicas == plan.dp ? &model_ : params_.shrink.model(replicas);
    if (*model != nullptr) return replicas;
  }
  return 0;
}

/// From here on it runs on what is there.
void TrainingJob::UseReplicas() {
  const StepModel* model = nullptr;
  const std::uint32_t replicas = Replicas(&model);
  HR_CHECK(replicas > 0, params_.name, gone_.size());
  const ParallelPlan& plan = model_.params().plan;
  if (replicas != replicas_)
    events_.push_back({engine_.now().seconds(), replicas < replicas_ ? "shrink" : "grow",
                       fmt::format("from {} to {} of {} data parallel replicas", replicas_, replicas, plan.dp)});
  replicas_ = replicas;
  now_model_ = model;
  step_traffic_ = TrafficOfStep(*model);
  step_tokens_ = params_.shrink.keep_batch ? plan.tokens_per_step() : plan.tokens_per_step() * replicas / plan.dp;
  current_ = &Current();
}

void TrainingJob::GrowIfPossible() {
  const StepModel* model = nullptr;
  if (now_model_ == &model_ || grows_ || Replicas(&model) <= replicas_) return;
  grows_ = true;
  ScheduleCheckpoint();
}

void TrainingJob::ScheduleStraggler() {
  const FaultPlan::Stragglers& s = params_.faults.stragglers;
  if (s.rate <= 0) return;
  const std::uint32_t per_node = params_.faults.accelerators_per_node;
  const double gap = std::min(straggler_stream_.Exponential(1 / s.rate), failure::kNeverSeconds);
  const auto node = static_cast<std::uint32_t>(straggler_stream_.Below((held_.count() + per_node - 1) / per_node));
  const double lasts = std::min(straggler_stream_.Exponential(s.lasts), failure::kNeverSeconds);
  engine_.After(Duration::FromSeconds(gap), Phase::kArrival, [this, node, lasts] {
    if (!running_) return;
    ScheduleStraggler();
    if (gone_.count(node) > 0) return;
    Settle(engine_.now());
    const std::uint64_t id = ++last_id_;
    slow_[node].insert(id);
    current_ = &Current();
    Schedule();
    engine_.After(Duration::FromSeconds(lasts), Phase::kArrival, [this, node, id] {
      const auto slow = slow_.find(node);
      if (!running_ || slow == slow_.end() || slow->second.erase(id) == 0) return;
      Settle(engine_.now());
      if (slow->second.empty()) slow_.erase(slow);
      current_ = &Current();
      Schedule();
    });
  });
}

void TrainingJob::ScheduleSilent() {
  const FaultPlan::Silent& s = params_.faults.silent;
  if (s.rate <= 0) return;
  const std::uint32_t per_node = params_.faults.accelerators_per_node;
  const double gap = std::min(silent_stream_.Exponential(1 / s.rate), failure::kNeverSeconds);
  const auto node = static_cast<std::uint32_t>(silent_stream_.Below((held_.count() + per_node - 1) / per_node));
  const double seen = std::min(silent_stream_.Exponential(s.seen), failure::kNeverSeconds);
  engine_.After(Duration::FromSeconds(gap), Phase::kArrival, [this, node, seen] {
    if (!running_) return;
    ScheduleSilent();
    if (gone_.count(node) > 0) return;
    const std::uint64_t id = ++last_id_;
    const EventId event = engine_.After(Duration::FromSeconds(seen), Phase::kArrival, [this, id] { OnSeen(id); });
    corruptions_[id] = {node, engine_.now().seconds(), true, event};
  });
}

/// All copies since are worthless. Its node is replaced like one that failed.
void TrainingJob::OnSeen(std::uint64_t id) {
  if (!running_) return;
  Settle(engine_.now());
  const Corruption c = corruptions_.at(id);
  corruptions_.erase(id);
  ++seen_;
  ++failures_;
  CancelEvents();
  CancelDrains();
  stock_.Discard(c.since);
  if (c.there) {
    HR_CHECK(params_.faults.nodes != nullptr, params_.name);
    Lose(c.node, false);
    to_replace_.push_back(c.node);
  }
  const double lost = lost_.corrupted;
  RollBack(&lost_.corrupted);
  events_.push_back({engine_.now().seconds(), "failure",
                     fmt::format("silent corruption on node {} of the job, seen {:.0f} s later; {:.0f} s of work undone", c.node + 1,
                                 engine_.now().seconds() - c.since, lost_.corrupted - lost)});
  Pause(Mode::kDetecting, 0.0, &TrainingJob::OnDetected);
}

}  // namespace headroom::training
