#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/training/training_job.h"
#include "sim/core/check.h"

namespace headroom::training {

double& TrainingJob::LostIn(Mode mode) {
  switch (mode) {
    case Mode::kSaving: return lost_.checkpoint;
    case Mode::kDetecting: return lost_.detection;
    case Mode::kWaiting: return lost_.waiting;
    case Mode::kRestarting: return lost_.restart;
    default: return lost_.loading;
  }
}

/// Into `mode` for `seconds`, then on with `then`.
void TrainingJob::Pause(Mode mode, double seconds, void (TrainingJob::*then)()) {
  mode_ = mode;
  if (reader_) reader_->SetPace(0.0);
  pause_event_ = engine_.After(Duration::FromSeconds(seconds), Phase::kCompletion, [this, then] {
    pause_event_ = {};
    Settle(engine_.now());
    (this->*then)();
  });
}

void TrainingJob::CancelEvents() {
  for (EventId* event : {&end_event_, &checkpoint_event_, &pause_event_}) {
    if (event->valid()) engine_.Cancel(*event);
    *event = {};
  }
  if (transfer_ != 0) params_.checkpoint.store->Cancel(transfer_);
  transfer_ = 0;
}

void TrainingJob::Resume() {
  mode_ = Mode::kTraining;
  step_start_ = engine_.now().seconds();
  Schedule();
  GrowIfPossible();
}

void TrainingJob::ScheduleFault() {
  if (!params_.faults.next) return;
  next_fault_ = params_.faults.next();
  fault_event_ = engine_.After(Duration::FromSeconds(std::min(next_fault_.gap, failure::kNeverSeconds)), Phase::kArrival, [this] { OnFault(); });
}

void TrainingJob::OnFault() {
  Settle(engine_.now());
  const failure::Interruption fault = next_fault_;
  ScheduleFault();
  const failure::Cause& cause = params_.faults.profile.causes.at(fault.cause);
  const std::uint32_t first = fault.accelerator / params_.faults.accelerators_per_node;
  std::vector<std::uint32_t> struck;
  for (std::uint32_t n = first; n < first + fault.nodes; ++n)
    if (gone_.count(n) == 0) struck.push_back(n);
  if (struck.empty()) return;  // they are away already
  ++failures_;
  CancelEvents();
  if (cause.takes_node) {
    HR_CHECK(params_.faults.nodes != nullptr, params_.name);
    CancelDrains();
    for (const std::uint32_t n : struck) Lose(n, fault.repair > 0);
    if (fault.repair > 0) to_repair_.emplace_back(struck, fault.repair);
    else to_replace_.insert(to_replace_.end(), struck.begin(), struck.end());
  }
  const double lost = lost_.redone;
  RollBack(&lost_.redone);
  events_.push_back({engine_.now().seconds(), "failure",
                     fmt::format("{}, accelerator {} of the job; {:.0f} s of work undone", cause.name,
                                 fault.accelerator, lost_.redone - lost)});
  Pause(Mode::kDetecting, params_.faults.profile.detection, &TrainingJob::OnDetected);
}

void TrainingJob::Lose(std::uint32_t node, bool returns) {
  const std::uint32_t per_node = params_.faults.accelerators_per_node;
  held_.Lose(node * per_node, per_node);
  gone_.insert(node);
  stock_.Lose(node, returns);
  slow_.erase(node);
  for (auto& [id, c] : corruptions_) c.there = c.there && c.node != node;
}

/// Back to the newest copy that is left; what that undoes goes to `bucket` [s].
void TrainingJob::RollBack(double* bucket) {
  grows_ = false;
  const auto source = stock_.Newest();
  const std::uint64_t to = source ? std::min(source->saved.steps, completed_) : 0;
  const double taken = source ? source->saved.taken : 0.0;
  // A wrong result that was undone comes again from a node that is still there, and else is gone.
  for (auto c = corruptions_.begin(); c != corruptions_.end();) {
    const bool undone = c->second.since >= taken;
    if (undone && !c->second.there) {
      engine_.Cancel(c->second.seen);
      c = corruptions_.erase(c);
      continue;
    }
    if (undone) c->second.since = engine_.now().seconds();
    ++c;
  }
  *bucket += step_spent_;
  undone_ += done_ + static_cast<double>(completed_ - to);
  undone_tokens_ += done_ * step_tokens_;
  done_ = step_spent_ = 0;
  step_parts_ = {};
  while (!runs_.empty() && runs_.back().first_index + runs_.back().count > to) {
    StepRun& last = runs_.back();
    const std::uint64_t kept = to > last.first_index ? to - last.first_index : 0;
    const auto gone = static_cast<double>(last.count - kept);
    *bucket += last.duration * gone;
    undone_tokens_ += last.tokens * gone;
    tokens_ -= last.tokens * gone;
    last.count = kept;
    if (kept > 0) break;
    runs_.pop_back();
  }
  completed_ = to;
}

void TrainingJob::OnDetected() {
  for (const std::uint32_t node : std::exchange(to_replace_, {})) {
    ++awaited_;
    const auto back = [this, node] { OnNodeReady(node); };
    if (params_.faults.reaction == Reaction::kWait) params_.faults.nodes->Repair(back);
    else params_.faults.nodes->Replace(back);
  }
  for (const auto& [nodes, repair] : std::exchange(to_repair_, {})) {
    awaited_ += static_cast<std::uint32_t>(nodes.size());
    engine_.After(Duration::FromSeconds(repair), Phase::kArrival, [this, nodes = nodes] {
      for (const std::uint32_t n : nodes) OnNodeReady(n);
    });
  }
  mode_ = Mode::kWaiting;
  const StepModel* fewer = nullptr;
  if (awaited_ == 0 || (params_.faults.reaction == Reaction::kShrink && Replicas(&fewer) > 0)) BeginRestart();
}

void TrainingJob::OnNodeReady(std::uint32_t node) {
  if (!running_) return;
  Settle(engine_.now());
  held_.Regain(node * params_.faults.accelerators_per_node);
  gone_.erase(node);
  --awaited_;
  if (mode_ == Mode::kWaiting) {
    const StepModel* fewer = nullptr;
    if (awaited_ == 0 || (params_.faults.reaction == Reaction::kShrink && Replicas(&fewer) > 0)) BeginRestart();
  } else if (mode_ == Mode::kTraining) {
    GrowIfPossible();
  }
}

void TrainingJob::BeginRestart() {
  grows_ = false;
  UseReplicas();
  Pause(Mode::kRestarting, params_.faults.profile.restart, &TrainingJob::BeginLoading);
}

void TrainingJob::BeginLoading() {
  const CheckpointPlan& plan = params_.checkpoint;
  const auto source = stock_.Newest();
  if (completed_ == 0 || !source) return GoOn();
  if (source->tier != CheckpointStock::kStore) return Pause(Mode::kLoading, source->seconds, &TrainingJob::GoOn);
  if (plan.store == nullptr) return GoOn();
  mode_ = Mode::kLoading;
  transfer_ = plan.store->Begin(plan.load, [this] {
    transfer_ = 0;
    Settle(engine_.now());
    GoOn();
  });
}

void TrainingJob::GoOn() {
  SetDues();
  events_.push_back({engine_.now().seconds(), "restart", fmt::format("goes on from step {}", completed_)});
  current_ = &Current();
  Resume();
}

void TrainingJob::Stall() {
  if (!running_) return;
  Settle(engine_.now());
  stalled_ = true;
  CancelEvents();
}

void TrainingJob::Stop(bool keep, double since) {
  if (!running_) return;
  Settle(engine_.now());
  CancelEvents();
  CancelDrains();
  if (fault_event_.valid()) engine_.Cancel(fault_event_);
  stock_.LeaveNodes();
  if (keep) stock_.Stored({completed_, engine_.now().seconds()});
  else stock_.Discard(since);
  RollBack(&lost_.redone);
  running_ = stalled_ = false;
  if (reader_) reader_->Stop();
}

void TrainingJob::ContinueFrom(const TrainingJob& before, double restart) {
  HR_CHECK(!before.running_ && completed_ == 0 && elapsed_ == 0, params_.name);
  completed_ = before.completed_;
  settled_ = before.settled_;
  elapsed_ = before.elapsed_;
  energy_ = before.energy_;
  tokens_ = before.tokens_;
  held_seconds_ = before.held_seconds_;
  sent_ = before.sent_;
  runs_ = before.runs_;
  stock_ = before.stock_;
  undone_ = before.undone_;
  undone_tokens_ = before.undone_tokens_;
  failures_ = before.failures_;
  checkpoints_ = before.checkpoints_;
  seen_ = before.seen_;
  tier_copies_ = before.tier_copies_;
  lost_ = before.lost_;
  events_ = before.events_;
  resume_pause_ = restart;
}

}  // namespace headroom::training
