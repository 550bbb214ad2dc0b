#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "models/jobs/job_report.h"
#include "scenarios/build/held_units.h"
#include "scenarios/build/job_faults.h"
#include "scenarios/build/job_places.h"
#include "scenarios/build/job_streams.h"
#include "scenarios/build/listed_jobs.h"
#include "scenarios/build/scheduler_options.h"
#include "scenarios/build/site_services.h"
#include "scenarios/build/work.h"

namespace headroom::scenario {
namespace {

/// Queue n of a trace is the n-th of the scheduler's, going round; 0 (unknown) is the first.
std::vector<scheduling::Job> ToScheduler(const jobs::JobStream& stream, const schema::Scheduler& scheduler) {
  std::vector<scheduling::Job> out(stream.size());
  const auto queues = static_cast<std::uint32_t>(scheduler.queues_size());
  for (std::size_t i = 0; i < stream.size(); ++i) {
    out[i].submit = Instant::Ns(stream[i].submit);
    out[i].estimate = Duration::Ns(stream[i].estimate);
    out[i].runtime = Duration::Ns(stream[i].runtime);
    out[i].units = stream[i].units;
    out[i].user = stream[i].user;
    if (queues == 0) continue;
    out[i].queue = stream[i].queue == 0 ? 0 : (stream[i].queue - 1) % queues;
    out[i].priority = scheduler.queues(static_cast<int>(out[i].queue)).priority();
  }
  return out;
}

/// False, with an error for each queue, where a job asks for more than its queue may ever get.
bool WithinQuota(const WorkSite& site, const std::vector<scheduling::Job>& jobs, const scheduling::QuotaOptions& quota) {
  const scheduling::QuotaTree tree(quota.nodes, {0});
  std::vector<std::uint32_t> largest(quota.leaf_of_queue.size(), 0);
  for (const scheduling::Job& j : jobs) largest[j.queue] = std::max(largest[j.queue], j.units);
  bool good = true;
  for (std::size_t q = 0; q < largest.size(); ++q) {
    const double most = tree.Potential(quota.leaf_of_queue[q]);
    if (largest[q] <= most) continue;
    site.context.Error(fmt::format("scheduler.queues[{}]", site.context.scenario.scheduler().queues(static_cast<int>(q)).name()),
                       fmt::format("may have {} at most, with all that it can borrow, and a job of {} asks for {}", most,
                                   site.workload.name(), largest[q]));
    good = false;
  }
  return good;
}

/// Nodes and racks of a workload's units, in their order.
scheduling::FloorShape ShapeOf(const WorkSite& site) {
  scheduling::FloorShape shape;
  std::uint32_t units = 0;
  for (const Slice& slice : site.slices) {
    const SystemStock& system = site.systems[slice.system];
    for (std::uint32_t i = slice.first; i < slice.first + slice.count; ++i) {
      ++units;
      const bool last = i + 1 == slice.first + slice.count;
      if (last || NodeOf(system, i + 1) != NodeOf(system, i)) shape.node_begin.push_back(units);
      if (last || (i + 1) / system.usable_per_rack != i / system.usable_per_rack) shape.rack_begin.push_back(shape.nodes());
    }
  }
  return shape;
}

jobs::Outcome OutcomeOf(scheduling::JobState state) {
  switch (state) {
    case scheduling::JobState::kWaiting: return jobs::Outcome::kWaiting;
    case scheduling::JobState::kRunning: return jobs::Outcome::kRunning;
    case scheduling::JobState::kCompleted: return jobs::Outcome::kCompleted;
    case scheduling::JobState::kFailed: return jobs::Outcome::kFailed;
    default: return jobs::Outcome::kCancelled;
  }
}

/// Jobs of a stream whose places are written: a table of more is of no use to anybody who draws it.
constexpr std::size_t kMostPlaced = 100000;

class JobsWork final : public Work {
 public:
  JobsWork(const WorkSite& site, jobs::JobStream stream, std::vector<scheduling::Job> jobs, const scheduling::SchedulerParams& params, HeldUnits::Draw draw)
      : name_(site.workload.name()),
        policy_(params.policy),
        engine_(site.engine),
        stream_(std::move(stream)),
        held_(site.ports, draw),
        places_(stream_.size()),
        scheduler_(engine_, ShapeOf(site), std::move(jobs), params) {
    for (const jobs::BatchJob& j : stream_) work_ += static_cast<double>(j.runtime) * 1e-9 * j.units;
    units_ = scheduler_.cluster().units();
    scheduler_.OnStart([this](scheduling::JobIndex job, const scheduling::Allocation& units) {
      held_.Take(engine_.now(), units);
      places_.Start(engine_.now(), job, units);
    });
    scheduler_.OnLeave([this](scheduling::JobIndex job, const scheduling::Allocation& units) {
      held_.Give(engine_.now(), units);
      places_.Leave(engine_.now(), job);
    });
    if (site.services.failures() && site.system.node != nullptr)
      faults_ = std::make_unique<JobFaults>(engine_, scheduler_, site.services.Spares(site.system.node->name()), *site.services.failures(),
                                            site.context.scenario.seed(), site.path + ".failures", name_);
  }

  void RunAfter(std::vector<std::vector<scheduling::JobIndex>> after) { scheduler_.RunAfter(std::move(after)); }

  std::string Size() const override {
    return fmt::format("{} jobs on {} {}, {}", stream_.size(), units_, held_.what(), policy_);
  }
  /// The last arrival, or the time for all work at full use if that is later.
  std::optional<double> ExpectedSeconds() const override {
    const double last = stream_.empty() ? 0.0 : static_cast<double>(stream_.back().submit) * 1e-9;
    return std::max(last, work_ / units_);
  }
  void Start(std::function<void()> on_done) override {
    scheduler_.OnDone(std::move(on_done));
    if (faults_) faults_->Start();
    scheduler_.Start();
  }
  Settler& settler() override { return held_; }
  void SetMetrics(MetricSet& metrics) const override {
    jobs::SetMetrics("workloads." + name_, stream_, Results(), metrics);
    if (scheduler_.preemptions() > 0)
      metrics.Set("workloads." + name_ + ".jobs.preemptions", static_cast<double>(scheduler_.preemptions()), "1");
    const double span = engine_.now().seconds();
    if (faults_) {
      double lost = 0.0;
      for (std::size_t i = 0; i < stream_.size(); ++i) lost += static_cast<double>(scheduler_.records()[i].lost) * 1e-9 * stream_[i].units;
      metrics.Set("workloads." + name_ + ".jobs.failures", static_cast<double>(faults_->faults()), "1");
      metrics.Set("workloads." + name_ + ".jobs.interruptions", static_cast<double>(scheduler_.interruptions()), "1");
      metrics.Set("workloads." + name_ + ".jobs.lost_accelerator_time", lost, "s");
      metrics.Set("workloads." + name_ + ".jobs.down_accelerator_time", faults_->DownSeconds(), "s");
    }
    if (span > 0.0) metrics.Set("workloads." + name_ + ".jobs.utilisation", held_.Held() / (span * units_), "1");
  }
  void WriteTables(Recorder& recorder) const override {
    recorder.WriteTable(jobs::MakeTable("/workloads/" + name_ + "/jobs", stream_, Results()));
    if (stream_.size() <= kMostPlaced) recorder.WriteTable(places_.MakeTable("/workloads/" + name_ + "/placements"));
  }
  std::vector<WorkEvent> Events() const override { return faults_ ? faults_->events() : std::vector<WorkEvent>{}; }
  double Energy() const override { return held_.Energy(); }
  double Held() const override { return held_.Held(); }

 private:
  std::vector<jobs::JobResult> Results() const {
    std::vector<jobs::JobResult> out(stream_.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
      const scheduling::JobRecord& r = scheduler_.records()[i];
      out[i] = {r.submitted, r.first_start, r.end, r.served, r.nodes, OutcomeOf(r.state)};
    }
    return out;
  }

  std::string name_, policy_;
  Engine& engine_;
  jobs::JobStream stream_;
  HeldUnits held_;
  JobPlaces places_;
  scheduling::Scheduler scheduler_;
  std::unique_ptr<JobFaults> faults_;
  double work_ = 0.0;
  std::uint32_t units_ = 0;
};

}  // namespace

Claim ClaimJobs(const schema::Workload& workload, const std::string& path) {
  const schema::Accelerators& a = workload.jobs().accelerators();
  return {path + ".jobs", a.type(), a.count(), true};
}

std::unique_ptr<Work> BuildJobs(const WorkSite& site) {
  const schema::Jobs& j = site.workload.jobs();
  const std::string path = site.path + ".jobs";
  if (j.speed() == "modelled") site.context.Error(path + ".speed", "modelled run times are not modelled yet");
  std::optional<scheduling::SchedulerParams> params = SchedulerOptions(site.context);
  ListedJobs listed;
  if (j.list_size() > 0) listed = ReadListedJobs(site, path + ".list");
  jobs::JobStream stream = j.list_size() > 0 ? std::move(listed.jobs) : StreamOf(site, path);
  if (!params || !site.context.diagnostics.ok()) return nullptr;
  std::vector<scheduling::Job> list = ToScheduler(stream, site.context.scenario.scheduler());
  if (params->policy == "quota" && !WithinQuota(site, list, params->options.quota)) return nullptr;
  params->faults.requeue = j.on_failure() == "requeue";
  if (j.has_checkpoint()) params->faults.checkpoint = std::llround(j.checkpoint() * 1e9);
  if (site.services.failures()) params->faults.restart = std::llround(site.services.failures()->restart * 1e9);
  HeldUnits::Draw draw;
  draw.busy = j.busy();
  draw.accelerators = site.system.accelerator != nullptr;
  if (draw.accelerators) draw.watts = j.power() * site.system.accelerator->tdp();
  auto work = std::make_unique<JobsWork>(site, std::move(stream), std::move(list), *params, draw);
  if (!listed.after.empty()) work->RunAfter(std::move(listed.after));
  return work;
}

}  // namespace headroom::scenario
