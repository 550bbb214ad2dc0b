#include <algorithm>
#include <cmath>

#include "models/scheduling/scheduler.h"

namespace headroom::scheduling {
namespace {
constexpr std::int64_t kFar = 365ll * 86'400'000'000'000ll;  // ns, where no end is in sight
}

void Scheduler::MoveOn(JobIndex job) {
  Progress& p = progress_[job];
  const double passed = static_cast<double>(engine_.now().ns() - p.since);
  p.since = engine_.now().ns();
  p.left -= passed * p.pace;
  p.lost += passed * (1.0 - p.pace);
}

void Scheduler::SetPace(JobIndex job, double pace) {
  Progress& p = progress_[job];
  pace *= p.speed;
  if (pace == p.pace || p.stalled) return;
  MoveOn(job);
  p.pace = pace;
  if (ends_[job].valid()) engine_.Cancel(ends_[job]);
  ends_[job] = {};
  if (pace > 0.0) {
    const auto wait = static_cast<std::int64_t>(std::ceil(std::max(0.0, p.left) / pace));
    ends_[job] = engine_.After(Duration::Ns(wait), per_event_ ? Phase::kArrival : Phase::kCompletion,
                               [this, job] { End(job, false); });
  }
  PlanOverrun(job);
}

/// Tells the policy of a job that will hold its units beyond its estimate, once it does.
void Scheduler::PlanOverrun(JobIndex job) {
  const bool over = progress_[job].over >= 0;
  EndOverrun(job);
  const std::int64_t expected = cluster_.ExpectedEnd(job);
  if (over || expected <= engine_.now().ns()) return Overrun(job);
  overruns_[job] = engine_.At(Instant::Ns(expected), per_event_ ? Phase::kArrival : Phase::kCompletion,
                              [this, job] { overruns_[job] = {}, Overrun(job); });
}

void Scheduler::Overrun(JobIndex job) {
  Progress& p = progress_[job];
  const std::int64_t now = engine_.now().ns();
  const double wait = p.pace > 0.0 ? std::max(0.0, p.left - static_cast<double>(now - p.since) * p.pace) / p.pace : 1e300;
  const auto until = now + static_cast<std::int64_t>(std::ceil(std::min(wait, static_cast<double>(kFar))));
  if (until <= now) return;  // it ends at this instant
  cluster_.SetNow(now);
  p.over = until;
  admission_->Down(cluster_, cluster_.allocation(job), until);
  RequestPass();
}

void Scheduler::EndOverrun(JobIndex job) {
  if (overruns_[job].valid()) engine_.Cancel(overruns_[job]);
  overruns_[job] = {};
  if (progress_[job].over < 0) return;
  cluster_.SetNow(engine_.now().ns());
  admission_->Up(cluster_, cluster_.allocation(job), progress_[job].over);
  progress_[job].over = -1;
}

}  // namespace headroom::scheduling
