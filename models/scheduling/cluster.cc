#include "models/scheduling/cluster.h"

#include <utility>

#include "sim/core/check.h"

namespace headroom::scheduling {

Cluster::Cluster(FloorShape shape, std::vector<Job> jobs, Placement placement, PreemptOptions preemption, FaultOptions faults,
                 StartLimits limits)
    : jobs_(std::move(jobs)),
      records_(jobs_.size()),
      keys_(jobs_.size(), 0.0),
      floor_(std::move(shape)),
      placement_(std::move(placement)),
      preemption_(preemption),
      faults_(faults),
      limits_(std::move(limits)),
      limited_(!floor_.shape().kind.empty() || !floor_.shape().host.empty() || !limits_.nodes.empty()) {
  picky_ = limits_.placement || limits_.power > 0.0 || limited_;
  for (const std::uint8_t kind : floor_.shape().kind) kinds_ = std::max(kinds_, kind + 1u);
  for (const std::vector<double>& row : limits_.speeds) HR_CHECK(row.size() == kinds_, row.size(), kinds_);
  for (const Job& j : jobs_) {
    picky_ = picky_ || j.place.pod > 0;
    HR_CHECK(limits_.power <= 0.0 || j.watts * j.units <= limits_.power, j.watts, j.units, limits_.power);
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
  return jobs_[job].estimate.ns() - r.done + r.overhead;
}

std::int64_t Cluster::RemainingRuntime(JobIndex job) const {
  const JobRecord& r = records_[job];
  return jobs_[job].runtime.ns() - r.done + r.overhead;
}

void Cluster::Drop(JobIndex job) {
  HR_CHECK(records_[job].submitted < 0, job);
  records_[job].state = JobState::kCancelled;
  records_[job].end = now_;
}

void Cluster::Enqueue(JobIndex job, double key) {
  if (records_[job].submitted < 0) records_[job].submitted = now_;
  keys_[job] = key;
  waiting_.Insert({key, job, jobs_[job].units, std::max<std::int64_t>(1, RemainingEstimate(job))});
}

Cluster::Place Cluster::PlaceOf(JobIndex job) const {
  return waiting_.Find({keys_[job], job, jobs_[job].units, 0});
}

PlacementRequest Cluster::RequestOf(JobIndex job) const {
  const Job& j = jobs_[job];
  PlacementRequest request(j.units, j.place);
  if (j.place.mode == PlacementMode::kRequired && j.relax.ns() > 0 && now_ - records_[job].submitted >= j.relax.ns())
    request.place.mode = PlacementMode::kPreferred;
  return request;
}

Cluster::Place Cluster::Start(Place place) {
  return Start(place, PlaceIn(floor_, waiting_.at(place).job));
}

Cluster::Place Cluster::Start(Place place, const Allocation& units) {
  const WaitingJob w = waiting_.at(place);
  JobRecord& r = records_[w.job];
  HR_CHECK(r.state == JobState::kWaiting && !units.empty(), w.job);
  floor_.Take(units, jobs_[w.job].host);
  r.units = UnitsOf(units);
  power_ += PowerOf(w.job);
  HR_CHECK(limits_.power <= 0.0 || power_ <= limits_.power * (1.0 + 1e-9), power_, limits_.power);
  r.state = JobState::kRunning;
  r.last_start = now_;
  if (r.first_start < 0) r.first_start = now_;
  r.nodes = floor_.NodesOf(units);
  const Place next = waiting_.Erase(place);
  allocations_.emplace(w.job, units);
  running_.Insert({now_ + EstimateAt(w.job, units), w.job, r.units});
  changes_.started.push_back(w.job);
  return next;
}

RunningJob Cluster::Running(JobIndex job) const {
  return {records_[job].last_start + EstimateAt(job, allocation(job)), job, records_[job].units};
}

void Cluster::Release(JobIndex job) {
  JobRecord& r = records_[job];
  HR_CHECK(r.state == JobState::kRunning, job);
  running_.Erase(Running(job));
  const auto it = allocations_.find(job);
  floor_.Give(it->second, jobs_[job].host);
  allocations_.erase(it);
  power_ = allocations_.empty() ? 0.0 : power_ - PowerOf(job);
  r.served += now_ - r.last_start;
}

void Cluster::Preempt(JobIndex job) {
  if (on_preempt_) on_preempt_(job, allocation(job));
  Release(job);
  JobRecord& r = records_[job];
  const std::int64_t held = now_ - r.last_start;
  HR_CHECK(!jobs_[job].fixed, job);
  const bool kept = !jobs_[job].open_ended && (preemption_.mode == PreemptMode::kSuspend || preemption_.checkpoint);
  const std::int64_t progress = kept ? std::max<std::int64_t>(0, held - r.overhead) : 0;
  r.done += progress;
  r.lost += held - progress;
  r.overhead = preemption_.restart;
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

void Cluster::Interrupt(JobIndex job, std::int64_t fault) {
  Release(job);
  JobRecord& r = records_[job];
  const std::int64_t progress = std::max<std::int64_t>(0, fault - r.last_start - r.overhead);
  const std::int64_t safe = faults_.checkpoint > 0 && !jobs_[job].open_ended ? (r.done + progress) / faults_.checkpoint * faults_.checkpoint : 0;
  // What was safe before stays safe, also between two of its points (a preemption may have kept it there).
  const std::int64_t kept = std::max<std::int64_t>(0, safe - r.done);
  r.lost += now_ - r.last_start - kept;
  r.done += kept;
  r.overhead = faults_.restart;
  ++r.starts;
  if (!faults_.requeue) {
    r.state = JobState::kFailed;
    r.end = now_;
    return;
  }
  r.state = JobState::kWaiting;
  Enqueue(job, keys_[job]);
}

Allocation Cluster::UnitsOfNode(std::uint32_t node) const {
  const std::vector<std::uint32_t>& begin = floor_.shape().node_begin;
  return {{begin[node], begin[node + 1] - begin[node]}};
}

std::vector<JobIndex> Cluster::JobsOn(std::uint32_t node) const {
  std::vector<JobIndex> out;
  for (const auto& [job, units] : allocations_) {
    bool there = false;
    floor_.EachNode(units, [&](std::uint32_t n, std::uint32_t) { there = there || n == node; });
    if (there) out.push_back(job);
  }
  return out;
}

RunningJob Cluster::Outage(std::uint32_t node, std::int64_t until) const {
  return {until, node, floor_.shape().node_begin[node + 1] - floor_.shape().node_begin[node], true};
}

void Cluster::TakeDown(std::uint32_t node, std::int64_t until) {
  floor_.Take(UnitsOfNode(node));
  const bool fresh = outages_.emplace(node, until).second;
  HR_CHECK(fresh, node);
  running_.Insert(Outage(node, until));
  down_units_ += Outage(node, until).units;
}

void Cluster::BringUp(std::uint32_t node) {
  running_.Erase(Outage(node, outages_.at(node)));
  floor_.Give(UnitsOfNode(node));
  down_units_ -= Outage(node, 0).units;
  outages_.erase(node);
}

void Cluster::Finish(JobIndex job, JobState state) {
  Release(job);
  ++records_[job].starts;
  records_[job].state = state;
  records_[job].end = now_;
}

Cluster::Changes Cluster::TakeChanges() { return std::exchange(changes_, {}); }

}  // namespace headroom::scheduling
