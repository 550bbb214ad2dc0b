#include "models/scheduling/scheduler.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
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

const PlacementRow& PlacementOf(const std::string& name) {
  const PlacementRow* row = FindPlacement(name);
  if (!row) throw ConfigError(fmt::format("scheduler.placement is '{}'; no such placement", name));
  return *row;
}

StartLimits LimitsOf(const SchedulerParams& params) {
  StartLimits limits = params.limits;
  limits.one_node = PlacementOf(params.placement).heeds == Heeds::kParts;
  limits.placement = limits.placement || limits.one_node;
  return limits;
}

}  // namespace

Scheduler::Scheduler(Engine& engine, FloorShape shape, std::vector<Job> jobs, const SchedulerParams& params)
    : engine_(engine),
      cluster_(std::move(shape), std::move(jobs), PlacementOf(params.placement).make(params.placing), params.preemption, params.faults,
               LimitsOf(params)),
      order_(Policy(params.policy).order(params.options, cluster_)),
      admission_(Policy(params.policy).admission(params.options, cluster_)),
      per_event_(params.options.passes == Passes::kPerEvent),
      faulty_keeps_(params.faults.checkpoint > 0),
      carbon_(params.carbon),
      scaling_(params.options.elastic.scaling),
      ends_(cluster_.jobs().size()),
      overruns_(cluster_.jobs().size()),
      progress_(cluster_.jobs().size()),
      open_(cluster_.jobs().size()) {
  for (std::size_t i = 1; i < this->jobs().size(); ++i)
    HR_CHECK(this->jobs()[i - 1].submit <= this->jobs()[i].submit, i);
  cluster_.OnPreempt([this](JobIndex job, const Allocation& units) {
    leaving_ = {Why::kPreempted, engine_.now()};
    if (on_leave_) on_leave_(job, units);
    EndOverrun(job);
    admission_->Leaving(cluster_, job, units, cluster_.ExpectedEnd(job));
    order_->Left(cluster_, job, cluster_.now() - cluster_.records()[job].last_start);
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
    if (awaited_.empty() || awaited_[job] == 0) Ready(job);
    SubmitNext();
  });
}

/// Into the queue, now or in a cleaner hour.
void Scheduler::Ready(JobIndex job) {
  if (!carbon_.active() || cluster_.records()[job].state == JobState::kCancelled) return Submit(job);
  const std::int64_t best = carbon_.BestStart(engine_.now().ns(), jobs()[job].estimate.ns());
  if (best == engine_.now().ns()) return Submit(job);
  cluster_.Arrive(job);
  engine_.At(Instant::Ns(best), per_event_ ? Phase::kCompletion : Phase::kArrival, [this, job] {
    cluster_.SetNow(engine_.now().ns());
    Submit(job);
  });
}

void Scheduler::Submit(JobIndex job) {
  if (cluster_.records()[job].state == JobState::kCancelled) return;
  if (const Job& j = jobs()[job]; j.relax.ns() > 0 && j.place.mode == PlacementMode::kRequired)
    engine_.After(j.relax, Phase::kArrival, [this] {
      cluster_.SetNow(engine_.now().ns());
      RequestPass();
    });
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
      Ready(job);
    }
  }
}

void Scheduler::End(JobIndex job, bool stalled) {
  cluster_.SetNow(engine_.now().ns());
  const Allocation units = cluster_.allocation(job);
  const std::int64_t start = cluster_.records()[job].last_start;
  if (on_end_) on_end_(job, units);
  leaving_ = {Why::kEnd, engine_.now()};
  if (on_leave_) on_leave_(job, units);
  EndOverrun(job);
  admission_->Leaving(cluster_, job, units, cluster_.ExpectedEnd(job));
  order_->Left(cluster_, job, cluster_.now() - start);
  const bool cut = !jobs()[job].open_ended && (stalled || cluster_.RemainingRuntime(job) > cluster_.RemainingEstimate(job));
  cluster_.Finish(job, cut ? JobState::kFailed : JobState::kCompleted);
  --open_;
  Release(job);
  RequestPass();
  if (open_ == 0 && on_done_) on_done_();
}

void Scheduler::Complete(JobIndex job) {
  if (ends_[job].valid()) engine_.Cancel(ends_[job]);
  ends_[job] = {};
  End(job, false);
}

void Scheduler::Stall(std::uint32_t node) {
  cluster_.SetNow(engine_.now().ns());
  for (const JobIndex job : cluster_.JobsOn(node)) {
    if (jobs()[job].fixed) continue;
    if (jobs()[job].open_ended) {
      if (on_stall_) on_stall_(job, cluster_.allocation(job));
      continue;
    }
    if (ends_[job].valid()) engine_.Cancel(ends_[job]);
    MoveOn(job);
    Progress& p = progress_[job];
    p.stalled = true;
    p.pace = 1.0;  // from here on it neither gets ahead of its time nor falls behind
    const std::int64_t estimate = cluster_.RemainingEstimate(job) + p.owed + std::llround(p.lost);
    const std::int64_t last = std::max(engine_.now().ns(), cluster_.records()[job].last_start + estimate);
    ends_[job] = engine_.At(Instant::Ns(last), per_event_ ? Phase::kArrival : Phase::kCompletion, [this, job] { End(job, true); });
  }
}

std::size_t Scheduler::Interrupt(std::uint32_t node, Instant fault, std::optional<Instant> until) {
  cluster_.SetNow(engine_.now().ns());
  std::vector<JobIndex> jobs = cluster_.JobsOn(node);
  const auto fixed = std::remove_if(jobs.begin(), jobs.end(), [this](JobIndex job) { return this->jobs()[job].fixed; });
  if (fixed != jobs.end()) until.reset();
  jobs.erase(fixed, jobs.end());
  for (const JobIndex job : jobs) {
    if (ends_[job].valid()) engine_.Cancel(ends_[job]);
    MoveOn(job);
    const std::int64_t done = cluster_.records()[job].done;
    const std::int64_t progressed = fault.ns() - cluster_.records()[job].last_start - cluster_.records()[job].overhead;
    const Allocation units = cluster_.allocation(job);
    const std::int64_t start = cluster_.records()[job].last_start;
    leaving_ = {Why::kFault, fault};
    if (on_leave_) on_leave_(job, units);
    EndOverrun(job);
    admission_->Leaving(cluster_, job, units, cluster_.ExpectedEnd(job));
    order_->Left(cluster_, job, cluster_.now() - start);
    cluster_.Interrupt(job, fault.ns());
    // What a start got ahead of its time counts as far as that time is kept, what it fell behind in full.
    Progress& p = progress_[job];
    const std::int64_t kept = cluster_.records()[job].done - done;
    if (this->jobs()[job].open_ended) p.owed = 0;
    else if (faulty_keeps_ && p.lost > 0.0) p.owed += std::llround(p.lost);
    else if (p.lost < 0.0 && progressed > 0) p.owed += std::llround(p.lost * static_cast<double>(kept) / static_cast<double>(progressed));
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
    if (ends_[job].valid()) engine_.Cancel(ends_[job]);
    MoveOn(job);
    const PreemptOptions& how = cluster_.preemption();
    const bool kept = !jobs()[job].open_ended && (how.mode == PreemptMode::kSuspend || how.checkpoint);
    progress_[job].owed = kept ? progress_[job].owed + std::llround(progress_[job].lost) : 0;
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
    const std::int64_t length =
        std::max<std::int64_t>(0, std::min(cluster_.RemainingRuntime(job), cluster_.RemainingEstimate(job)) + progress_[job].owed);
    const std::int64_t owed = progress_[job].owed;
    progress_[job] = {};
    progress_[job].left = static_cast<double>(length);
    progress_[job].since = engine_.now().ns();
    progress_[job].owed = owed;
    ends_[job] = engine_.After(Duration::Ns(length), per_event_ ? Phase::kArrival : Phase::kCompletion,
                               [this, job] { End(job, false); });
    const std::uint32_t units = cluster_.records()[job].units, asked = jobs()[job].units;
    const double on = cluster_.SpeedOf(job);
    if (units != asked || on != 1.0) {
      progress_[job].speed = on * std::pow(static_cast<double>(units) / asked, scaling_);
      SetPace(job, 1.0);
    }
    if (on_start_) on_start_(job, cluster_.allocation(job));
    if (progress_[job].owed > 0 && !overruns_[job].valid()) PlanOverrun(job);
  }
  if (!changes.preempted.empty() && open_ == 0 && on_done_) on_done_();
}

}  // namespace headroom::scheduling
