#include "models/scheduling/cluster.h"

#include <utility>

#include "sim/core/check.h"

namespace headroom::scheduling {

Cluster::Cluster(FloorShape shape, std::vector<Job> jobs, Placement placement, PreemptOptions preemption)
    : jobs_(std::move(jobs)),
      records_(jobs_.size()),
      keys_(jobs_.size(), 0.0),
      floor_(std::move(shape)),
      placement_(placement),
      preemption_(preemption) {
  for (const Job& j : jobs_) {
    HR_CHECK(j.units > 0 && j.units <= units(), j.units, units());
    HR_CHECK(j.estimate.ns() > 0 && j.runtime.ns() >= 0, j.estimate.ns(), j.runtime.ns());
  }
}

const Allocation& Cluster::allocation(JobIndex job) const {
  static const Allocation none;
  const auto it = allocations_.find(job);
  return it == allocations_.end() ? none : it->second;
}

std::int64_t Cluster::Served(JobIndex job) const {
  const JobRecord& r = records_[job];
  return r.served + (r.state == JobState::kRunning ? now_ - r.last_start : 0);
}

std::int64_t Cluster::RemainingEstimate(JobIndex job) const {
  const JobRecord& r = records_[job];
  return jobs_[job].estimate.ns() - r.done + (r.starts > 0 ? preemption_.restart : 0);
}

std::int64_t Cluster::RemainingRuntime(JobIndex job) const {
  const JobRecord& r = records_[job];
  return jobs_[job].runtime.ns() - r.done + (r.starts > 0 ? preemption_.restart : 0);
}

void Cluster::Enqueue(JobIndex job, double key) {
  keys_[job] = key;
  waiting_.Insert({key, job, jobs_[job].units, RemainingEstimate(job)});
}

Cluster::Place Cluster::PlaceOf(JobIndex job) const {
  return waiting_.Find({keys_[job], job, jobs_[job].units, 0});
}

Cluster::Place Cluster::Start(Place place) {
  return Start(place, placement_(floor_, waiting_.at(place).units));
}

Cluster::Place Cluster::Start(Place place, const Allocation& units) {
  const WaitingJob w = waiting_.at(place);
  JobRecord& r = records_[w.job];
  HR_CHECK(r.state == JobState::kWaiting, w.job);
  floor_.Take(units);
  r.state = JobState::kRunning;
  r.last_start = now_;
  if (r.first_start < 0) r.first_start = now_;
  r.nodes = floor_.NodesOf(units);
  const Place next = waiting_.Erase(place);
  allocations_.emplace(w.job, units);
  running_.Insert({now_ + w.estimate, w.job, w.units});
  changes_.started.push_back(w.job);
  return next;
}

RunningJob Cluster::Running(JobIndex job) const {
  return {records_[job].last_start + RemainingEstimate(job), job, jobs_[job].units};
}

void Cluster::Release(JobIndex job) {
  JobRecord& r = records_[job];
  HR_CHECK(r.state == JobState::kRunning, job);
  running_.Erase(Running(job));
  const auto it = allocations_.find(job);
  floor_.Give(it->second);
  allocations_.erase(it);
  r.served += now_ - r.last_start;
}

void Cluster::Preempt(JobIndex job) {
  if (on_preempt_) on_preempt_(job, allocation(job));
  Release(job);
  JobRecord& r = records_[job];
  const std::int64_t held = now_ - r.last_start;
  const std::int64_t overhead = r.starts > 0 ? preemption_.restart : 0;
  if (preemption_.mode == PreemptMode::kSuspend || preemption_.checkpoint)
    r.done += std::max<std::int64_t>(0, held - overhead);
  ++r.starts;
  changes_.preempted.push_back(job);
  if (preemption_.mode == PreemptMode::kCancel) {
    r.state = JobState::kCancelled;
    r.end = now_;
    return;
  }
  r.state = JobState::kWaiting;
  Enqueue(job, keys_[job]);
}

void Cluster::Finish(JobIndex job, JobState state) {
  Release(job);
  ++records_[job].starts;
  records_[job].state = state;
  records_[job].end = now_;
}

Cluster::Changes Cluster::TakeChanges() { return std::exchange(changes_, {}); }

}  // namespace headroom::scheduling
