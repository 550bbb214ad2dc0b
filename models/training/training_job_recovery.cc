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
}

void TrainingJob::ScheduleCheckpoint() {
  if (checkpoint_event_.valid()) engine_.Cancel(checkpoint_event_);
  checkpoint_event_ = {};
  if (params_.checkpoint.store == nullptr || transfer_ != 0) return;
  const double t = current_->step_time;
  const double wait = std::max(0.0, (due_ - engine_.now()).seconds());
  const double steps = std::max(1.0, std::ceil(done_ + wait / t - 1e-9));
  if (params_.steps > 0 && completed_ + steps >= params_.steps) return;
  checkpoint_event_ = engine_.After(Duration::FromSeconds((steps - done_) * t), Phase::kCompletion,
                                    [this] { BeginCheckpoint(); });
}

void TrainingJob::BeginCheckpoint() {
  checkpoint_event_ = {};
  Settle(engine_.now());
  // At the end of a step, but for the rounding to a nanosecond.
  const double t = current_->step_time;
  if (done_ > 0.5) Advance((1 - done_) * t);
  HR_CHECK(done_ * t < 1e-6, params_.name, done_);
  done_ = step_spent_ = 0;
  step_parts_ = {};
  if (end_event_.valid()) engine_.Cancel(end_event_);
  end_event_ = {};
  const CheckpointPlan& plan = params_.checkpoint;
  snapshot_ = completed_;
  due_ = engine_.now() + Duration::FromSeconds(plan.every);
  if (plan.asynchronous) {
    Pause(Mode::kSaving, plan.blocking, &TrainingJob::StartWriting);
  } else {
    mode_ = Mode::kSaving;
    transfer_ = plan.store->Begin(plan.save, [this] { EndCheckpoint(); });
  }
}

void TrainingJob::StartWriting() {
  transfer_ = params_.checkpoint.store->Begin(params_.checkpoint.save, [this] { EndCheckpoint(); });
  Resume();
}

void TrainingJob::EndCheckpoint() {
  transfer_ = 0;
  Settle(engine_.now());
  saved_ = snapshot_;
  ++checkpoints_;
  if (mode_ == Mode::kSaving) {
    Resume();
  } else {
    ScheduleCheckpoint();
  }
}

void TrainingJob::ScheduleFault() {
  if (!params_.faults.next) return;
  next_fault_ = params_.faults.next();
  fault_event_ = engine_.After(Duration::FromSeconds(next_fault_.gap), Phase::kArrival, [this] { OnFault(); });
}

void TrainingJob::OnFault() {
  Settle(engine_.now());
  const failure::Interruption fault = next_fault_;
  const failure::Cause& cause = params_.faults.profile.causes.at(fault.cause);
  ++failures_;
  CancelEvents();
  const double lost = lost_.redone;
  RollBack();
  if (cause.takes_node) {
    HR_CHECK(params_.faults.nodes != nullptr, params_.name);
    const std::uint32_t per_node = params_.faults.accelerators_per_node;
    for (std::uint32_t n = 0; n < fault.nodes; ++n) held_.Lose(fault.accelerator + n * per_node, per_node);
    if (fault.repair > 0) to_repair_.emplace_back(fault.nodes, fault.repair);
    else to_replace_ += fault.nodes;
  }
  events_.push_back({engine_.now().seconds(), "failure",
                     fmt::format("{}, accelerator {} of the job; {:.0f} s of work undone", cause.name,
                                 fault.accelerator, lost_.redone - lost)});
  ScheduleFault();
  Pause(Mode::kDetecting, params_.faults.profile.detection, &TrainingJob::OnDetected);
}

/// Back to the last checkpoint written.
void TrainingJob::RollBack() {
  lost_.redone += step_spent_;
  undone_ += done_ + static_cast<double>(completed_ - saved_);
  done_ = step_spent_ = 0;
  step_parts_ = {};
  while (!runs_.empty() && runs_.back().first_index + runs_.back().count > saved_) {
    StepRun& last = runs_.back();
    const std::uint64_t kept = saved_ > last.first_index ? saved_ - last.first_index : 0;
    lost_.redone += last.duration * static_cast<double>(last.count - kept);
    last.count = kept;
    if (kept > 0) break;
    runs_.pop_back();
  }
  completed_ = saved_;
}

void TrainingJob::OnDetected() {
  for (; to_replace_ > 0; --to_replace_) {
    ++awaited_;
    params_.faults.nodes->Replace([this] { OnNodeReady(); });
  }
  for (const auto& [nodes, repair] : std::exchange(to_repair_, {})) {
    awaited_ += nodes;
    engine_.After(Duration::FromSeconds(repair), Phase::kArrival, [this, nodes = nodes] {
      for (std::uint32_t n = 0; n < nodes; ++n) OnNodeReady();
    });
  }
  mode_ = Mode::kWaiting;
  if (awaited_ == 0) BeginRestart();
}

void TrainingJob::OnNodeReady() {
  Settle(engine_.now());
  held_.Regain();
  --awaited_;
  if (mode_ == Mode::kWaiting && awaited_ == 0) BeginRestart();
}

void TrainingJob::BeginRestart() {
  Pause(Mode::kRestarting, params_.faults.profile.restart, &TrainingJob::BeginLoading);
}

void TrainingJob::BeginLoading() {
  const CheckpointPlan& plan = params_.checkpoint;
  if (saved_ == 0 || plan.store == nullptr) return GoOn();
  mode_ = Mode::kLoading;
  transfer_ = plan.store->Begin(plan.load, [this] {
    transfer_ = 0;
    Settle(engine_.now());
    GoOn();
  });
}

void TrainingJob::GoOn() {
  due_ = engine_.now() + Duration::FromSeconds(params_.checkpoint.every);
  events_.push_back({engine_.now().seconds(), "restart", fmt::format("goes on from step {}", completed_)});
  Resume();
}

}  // namespace headroom::training
