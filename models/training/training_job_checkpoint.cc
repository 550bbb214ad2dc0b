#include <algorithm>
#include <cmath>
#include <utility>

#include "models/training/training_job.h"
#include "sim/core/check.h"

namespace headroom::training {

/// Every copy is due its interval from now on.
void TrainingJob::SetDues() {
  const CheckpointPlan& plan = params_.checkpoint;
  for (std::size_t t = 0; t < plan.tiers.size(); ++t) dues_[t] = engine_.now() + Duration::FromSeconds(plan.tiers[t].every);
  dues_.back() = engine_.now() + Duration::FromSeconds(plan.every);
}

/// At the end of the first step at which a copy is due that is not under way.
void TrainingJob::ScheduleCheckpoint() {
  if (checkpoint_event_.valid()) engine_.Cancel(checkpoint_event_);
  checkpoint_event_ = {};
  if (transfer_ != 0) return;
  Instant due = grows_ ? engine_.now() : Instant::Max();
  const CheckpointPlan& plan = params_.checkpoint;
  for (std::size_t t = 0; t < plan.tiers.size(); ++t)
    if (!tier_writes_[t].valid()) due = std::min(due, dues_[t]);
  if (plan.store != nullptr && drain_ == 0) due = std::min(due, dues_.back());
  if (due == Instant::Max()) return;
  const double t = current_->step_time;
  const double wait = std::max(0.0, (due - engine_.now()).seconds());
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
  if (!saves()) return BeginRestart();  // it only grows
  const CheckpointPlan& plan = params_.checkpoint;
  snapshot_ = {completed_, engine_.now().seconds()};
  if (!plan.tiers.empty()) return Pause(Mode::kSaving, plan.tiers.front().write, &TrainingJob::DrainTiers);
  dues_.back() = engine_.now() + Duration::FromSeconds(plan.every);
  if (plan.asynchronous && !grows_) return Pause(Mode::kSaving, plan.blocking, &TrainingJob::StartWriting);
  mode_ = Mode::kSaving;
  if (reader_) reader_->SetPace(0.0);
  transfer_ = plan.store->Begin(plan.save, [this] { EndCheckpoint(); });
}

void TrainingJob::StartWriting() {
  transfer_ = params_.checkpoint.store->Begin(params_.checkpoint.save, [this] { EndCheckpoint(); });
  Resume();
}

void TrainingJob::EndCheckpoint() {
  transfer_ = 0;
  Settle(engine_.now());
  stock_.Stored(snapshot_);
  ++checkpoints_;
  if (mode_ == Mode::kSaving) {
    if (grows_) return BeginRestart();
    Resume();
  } else {
    ScheduleCheckpoint();
  }
}

/// The first tier has the state: what else is due gets it from there.
void TrainingJob::DrainTiers() {
  const CheckpointPlan& plan = params_.checkpoint;
  const Instant begun = Instant::FromSeconds(snapshot_.taken), now = engine_.now();
  const Saved saved = snapshot_;
  stock_.Written(0, saved);
  ++tier_copies_[0];
  if (plan.tiers[0].copies > 1 && !send_.valid())
    send_ = engine_.After(Duration::FromSeconds(plan.tiers[0].send), Phase::kCompletion, [this, saved] {
      send_ = {};
      stock_.Sent(0, saved);
    });
  for (std::size_t t = 1; t < plan.tiers.size(); ++t) {
    if (tier_writes_[t].valid() || dues_[t] > now) continue;
    dues_[t] = begun + Duration::FromSeconds(plan.tiers[t].every);
    tier_writes_[t] = engine_.After(Duration::FromSeconds(plan.tiers[t].write), Phase::kCompletion, [this, t, saved] {
      tier_writes_[t] = {};
      stock_.Written(t, saved);
      ++tier_copies_[t];
      Drained();
    });
  }
  dues_[0] = begun + Duration::FromSeconds(plan.tiers[0].every);
  if (plan.store != nullptr && drain_ == 0 && dues_.back() <= now) {
    dues_.back() = begun + Duration::FromSeconds(plan.every);
    drain_ = plan.store->Begin(plan.save, [this, saved] {
      drain_ = 0;
      stock_.Stored(saved);
      ++checkpoints_;
      Drained();
    });
  }
  if (grows_) return BeginRestart();
  Resume();
}

/// A copy that was under way is done, and the next of its kind may be due.
void TrainingJob::Drained() {
  if (mode_ != Mode::kTraining || stalled_) return;
  Settle(engine_.now());
  ScheduleCheckpoint();
}

void TrainingJob::CancelDrains() {
  if (drain_ != 0) params_.checkpoint.store->Cancel(std::exchange(drain_, 0));
  if (send_.valid()) engine_.Cancel(std::exchange(send_, {}));
  for (EventId& write : tier_writes_)
    if (write.valid()) engine_.Cancel(std::exchange(write, {}));
}

}  // namespace headroom::training
