#include "models/scheduling/scheduler.h"

#include <fmt/format.h>

#include <utility>

#include "sim/core/check.h"
#include "sim/core/diagnostics.h"

namespace headroom::scheduling {
namespace {

const PolicyRow& Policy(const std::string& name) {
  const PolicyRow* row = FindPolicy(name);
  if (!row) throw ConfigError(fmt::format("scheduler.policy is '{}'; no such policy", name));
  return *row;
}

Placement PlacementOf(const std::string& name) {
  const PlacementRow* row = FindPlacement(name);
  if (!row) throw ConfigError(fmt::format("scheduler.placement is '{}'; no such placement", name));
  return row->place;
}

}  // namespace

Scheduler::Scheduler(Engine& engine, FloorShape shape, std::vector<Job> jobs, const SchedulerParams& params)
    : engine_(engine),
      cluster_(std::move(shape), std::move(jobs), PlacementOf(params.placement), params.preemption, params.faults),
      order_(Policy(params.policy).order(params.options, cluster_)),
      admission_(Policy(params.policy).admission(params.options, cluster_)),
      per_event_(params.options.passes == Passes::kPerEvent),
      ends_(cluster_.jobs().size()),
      open_(cluster_.jobs().size()) {
  for (std::size_t i = 1; i < this->jobs().size(); ++i)
    HR_CHECK(this->jobs()[i - 1].submit <= this->jobs()[i].submit, i);
  cluster_.OnPreempt([this](JobIndex job, const Allocation& units) {
    if (on_leave_) on_leave_(job, units);
    const std::int64_t start = cluster_.records()[job].last_start;
    admission_->Leaving(cluster_, job, units, start + cluster_.RemainingEstimate(job));
    order_->Left(cluster_, job, cluster_.now() - start);
  });
}

void Scheduler::Start() {
  if (open_ == 0) {
    if (on_done_) on_done_();
    return;
  }
  SubmitNext();
}

void Scheduler::SubmitNext() {
  if (next_ == jobs().size()) return;
  const Phase phase = per_event_ ? Phase::kCompletion : Phase::kArrival;
  engine_.At(jobs()[next_].submit, phase, [this] {
    const auto job = static_cast<JobIndex>(next_++);
    cluster_.SetNow(engine_.now().ns());
    if (awaited_.empty() || awaited_[job] == 0) Submit(job);
    SubmitNext();
  });
}

void Scheduler::Submit(JobIndex job) {
  if (cluster_.records()[job].state == JobState::kCancelled) return;
  cluster_.Enqueue(job, order_->Key(cluster_, job));
  admission_->Submitted(cluster_, job);
  RequestPass();
}

void Scheduler::RunAfter(std::vector<std::vector<JobIndex>> after) {
  HR_CHECK(after.size() == jobs().size() && next_ == 0, after.size());
  followers_.resize(after.size());
  for (std::size_t job = 0; job < after.size(); ++job) {
    awaited_.push_back(static_cast<std::uint32_t>(after[job].size()));
    for (const JobIndex before : after[job]) followers_.at(before).push_back(static_cast<JobIndex>(job));
  }
}

/// Lets go, or cancels, what follows a job that is done.
void Scheduler::Release(JobIndex done) {
  if (followers_.empty()) return;
  const bool completed = cluster_.records()[done].state == JobState::kCompleted;
  for (const JobIndex job : followers_[done]) {
    if (cluster_.records()[job].state == JobState::kCancelled) continue;
    if (!completed) {
      cluster_.Drop(job);
      --open_;
      Release(job);
    } else if (--awaited_[job] == 0 && job < next_) {
      Submit(job);
    }
  }
}

void Scheduler::End(JobIndex job, bool stalled) {
  cluster_.SetNow(engine_.now().ns());
  const Allocation units = cluster_.allocation(job);
  const std::int64_t start = cluster_.records()[job].last_start;
  if (on_leave_) on_leave_(job, units);
  admission_->Leaving(cluster_, job, units, start + cluster_.RemainingEstimate(job));
  order_->Left(cluster_, job, cluster_.now() - start);
  const bool cut = stalled || cluster_.RemainingRuntime(job) > cluster_.RemainingEstimate(job);
  cluster_.Finish(job, cut ? JobState::kFailed : JobState::kCompleted);
  --open_;
  Release(job);
  RequestPass();
  if (open_ == 0 && on_done_) on_done_();
}

void Scheduler::Stall(std::uint32_t node) {
  cluster_.SetNow(engine_.now().ns());
  for (const JobIndex job : cluster_.JobsOn(node)) {
    engine_.Cancel(ends_[job]);
    const std::int64_t last = cluster_.records()[job].last_start + cluster_.RemainingEstimate(job);
    ends_[job] = engine_.At(Instant::Ns(last), per_event_ ? Phase::kArrival : Phase::kCompletion, [this, job] { End(job, true); });
  }
}

std::size_t Scheduler::Interrupt(std::uint32_t node, Instant fault, std::optional<Instant> until) {
  cluster_.SetNow(engine_.now().ns());
  const std::vector<JobIndex> jobs = cluster_.JobsOn(node);
  for (const JobIndex job : jobs) {
    engine_.Cancel(ends_[job]);
    const Allocation units = cluster_.allocation(job);
    const std::int64_t start = cluster_.records()[job].last_start;
    if (on_leave_) on_leave_(job, units);
    admission_->Leaving(cluster_, job, units, start + cluster_.RemainingEstimate(job));
    order_->Left(cluster_, job, cluster_.now() - start);
    cluster_.Interrupt(job, fault.ns());
    ++interruptions_;
    if (cluster_.records()[job].state == JobState::kWaiting) {
      admission_->Submitted(cluster_, job);
    } else {
      --open_;
      Release(job);
    }
  }
  if (until) {
    cluster_.TakeDown(node, until->ns());
    admission_->Down(cluster_, cluster_.UnitsOfNode(node), until->ns());
  }
  RequestPass();
  if (!jobs.empty() && open_ == 0 && on_done_) on_done_();
  return jobs.size();
}

void Scheduler::BringUp(std::uint32_t node) {
  cluster_.SetNow(engine_.now().ns());
  const std::int64_t until = cluster_.DownUntil(node);
  cluster_.BringUp(node);
  admission_->Up(cluster_, cluster_.UnitsOfNode(node), until);
  RequestPass();
}

void Scheduler::RequestPass() {
  if (per_event_) return Pass();
  if (pass_due_) return;
  pass_due_ = true;
  engine_.At(engine_.now(), Phase::kDecision, [this] {
    pass_due_ = false;
    Pass();
  });
}

void Scheduler::Pass() {
  ++passes_;
  const std::int64_t now = engine_.now().ns();
  cluster_.SetNow(now);
  if (order_->period() > 0 && now - sorted_ >= order_->period()) {
    sorted_ = now;
    order_->Refresh(cluster_);
    cluster_.Reorder([&](JobIndex job) { return order_->Key(cluster_, job); });
  }
  admission_->Pass(cluster_);
  Apply();
  const std::int64_t wake = admission_->NextWake(cluster_);
  if (wake == wake_at_) return;
  if (wake_.valid() && wake_at_ > now) engine_.Cancel(wake_);
  wake_at_ = wake;
  wake_ = {};
  if (wake != kNever)
    wake_ = engine_.At(Instant::Ns(wake), Phase::kArrival, [this] {
      wake_at_ = kNever;
      wake_ = {};
      RequestPass();
    });
}

void Scheduler::Apply() {
  const Cluster::Changes changes = cluster_.TakeChanges();
  for (const JobIndex job : changes.preempted) {
    engine_.Cancel(ends_[job]);
    ++preemptions_;
    if (cluster_.records()[job].state == JobState::kCancelled) {
      --open_;
      Release(job);
    } else {
      admission_->Submitted(cluster_, job);
    }
  }
  for (const JobIndex job : changes.started) {
    admission_->Started(cluster_, job);
    const std::int64_t length = std::min(cluster_.RemainingRuntime(job), cluster_.RemainingEstimate(job));
    ends_[job] = engine_.After(Duration::Ns(length), per_event_ ? Phase::kArrival : Phase::kCompletion,
                               [this, job] { End(job, false); });
    if (on_start_) on_start_(job, cluster_.allocation(job));
  }
  if (!changes.preempted.empty() && open_ == 0 && on_done_) on_done_();
}

}  // namespace headroom::scheduling
