#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "models/jobs/job_report.h"
#include "models/serving/autoscaler.h"
#include "scenarios/build/held_units.h"
#include "scenarios/build/job_contention.h"
#include "scenarios/build/job_faults.h"
#include "scenarios/build/job_floor.h"
#include "scenarios/build/job_guests.h"
#include "scenarios/build/job_places.h"
#include "scenarios/build/job_requests.h"
#include "scenarios/build/job_streams.h"
#include "scenarios/build/job_workers.h"
#include "scenarios/build/listed_jobs.h"
#include "scenarios/build/queued_work.h"
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

/// The same with quotas by kind of accelerators.
bool WithinFlavors(const WorkSite& site, const std::vector<scheduling::Job>& jobs, const scheduling::QuotaOptions& quota) {
  const std::size_t kinds = quota.nodes.front().quotas.size();
  const scheduling::QuotaTree tree(quota.nodes, std::vector<std::uint32_t>(kinds, 0));
  std::vector<double> most(quota.flavors.size(), 0.0), largest(quota.flavors.size(), 0.0);
  for (std::size_t q = 0; q < most.size(); ++q)
    for (const std::uint32_t f : quota.flavors[q]) most[q] = std::max(most[q], tree.Potential(quota.leaf_of_queue[q], f));
  for (const scheduling::Job& j : jobs) largest[j.queue] = std::max<double>(largest[j.queue], j.units);
  bool good = true;
  for (std::size_t q = 0; q < most.size(); ++q) {
    if (largest[q] <= most[q]) continue;
    site.context.Error(fmt::format("scheduler.queues[{}].flavors", site.context.scenario.scheduler().queues(static_cast<int>(q)).name()),
                       fmt::format("may have {:g} of one kind at most, with all that it can borrow, and a job of {} asks for {:g}", most[q], site.workload.name(), largest[q]));
    good = false;
  }
  return good;
}

/// False, with an error for each queue, where a job asks for more than its queue may ever get.
bool WithinQuota(const WorkSite& site, const std::vector<scheduling::Job>& jobs, const scheduling::QuotaOptions& quota) {
  if (!quota.flavors.empty()) return WithinFlavors(site, jobs, quota);
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
  JobsWork(const WorkSite& site, scheduling::FloorShape shape, jobs::JobStream stream, std::vector<scheduling::Job> jobs,
           const scheduling::SchedulerParams& params, HeldUnits::Draw draw, JobFaultPlan fault_plan, std::map<scheduling::JobIndex, QueuedWork*> guests,
           JobContention contention)
      : name_(site.workload.name()),
        policy_(params.policy),
        engine_(site.engine),
        stream_(std::move(stream)),
        held_(site.ports, draw),
        places_(stream_.size()),
        slices_(site.slices),
        systems_(site.systems),
        carbon_(params.carbon),
        parts_(shape.parts),
        contention_(std::move(contention)),
        scheduler_(engine_, std::move(shape), std::move(jobs), params),
        guests_(std::move(guests)),
        host_(site.host) {
    for (const jobs::BatchJob& j : stream_) work_ += static_cast<double>(j.runtime) * 1e-9 * AcceleratorsOf(j);
    units_ = scheduler_.cluster().units() / parts_;
    for (const Slice& s : site.slices) {
      const double tdp = site.systems[s.system].accelerator != nullptr ? site.systems[s.system].accelerator->tdp() : 0.0;
      if (s.kind >= power_of_kind_.size()) power_of_kind_.resize(s.kind + 1u, 1.0);
      power_of_kind_[s.kind] = tdp > 0.0 ? tdp / HighestTdp(site) : 1.0;
    }
    held_by_kind_.resize(power_of_kind_.size(), 0.0);
    for (const schema::AcceleratorKind& k : site.workload.jobs().kinds()) kinds_.push_back(k.name().empty() ? k.type() : k.name());
    if (const schema::Jobs& j = site.workload.jobs(); j.has_workers()) {
      const schema::Workers& w = j.workers();
      WorkerParams p{w.min(), w.has_max() ? w.max() : ~0u, w.has_upscaling_speed() ? w.upscaling_speed() : 1e30, w.idle_timeout(), w.launch(), w.every()};
      workers_ = std::make_unique<JobWorkers>(engine_, scheduler_, p);
    }
    contention_.Start([this](scheduling::JobIndex job) {
      if (running_.count(job) > 0) scheduler_.SetPace(job, PaceOf(job, scheduler_.cluster().allocation(job)));
    });
    scheduler_.OnStart([this](scheduling::JobIndex job, const scheduling::Allocation& units) {
      places_.Start(engine_.now(), job, units);
      if (const auto guest = guests_.find(job); guest != guests_.end()) return Begin(*guest->second, job, units);
      SettleCarbon(WattsOf(job, units) / parts_ * scheduling::UnitsOf(units));
      held_.Take(engine_.now(), units, WattsOf(job, units));
      running_.insert(job);
      contention_.Begin(job, units, scheduler_.records()[job].nodes);
      scheduler_.SetPace(job, PaceOf(job, units));
    });
    scheduler_.OnLeave([this](scheduling::JobIndex job, const scheduling::Allocation& units) {
      held_by_kind_[scheduler_.cluster().KindOf(units)] += HeldFor(job, units);
      places_.Leave(engine_.now(), job);
      if (const auto guest = guests_.find(job); guest != guests_.end()) return Leave(*guest->second, job);
      SettleCarbon(-WattsOf(job, units) / parts_ * scheduling::UnitsOf(units));
      held_.Give(engine_.now(), units, WattsOf(job, units));
      running_.erase(job);
      contention_.End(job);
    });
    scheduler_.OnStall([this](scheduling::JobIndex job, const scheduling::Allocation&) { guests_.at(job)->Stall(); });
    scheduler_.OnEnd([this](scheduling::JobIndex, const scheduling::Allocation& units) {
      if (faults_) faults_->Ended(units);
    });
    held_.OnClock([this](Instant, std::uint32_t first, std::uint32_t count) { Pace(first, count); });
    if (site.services.failures() && site.system.node != nullptr) {
      faults_ = std::make_unique<JobFaults>(engine_, scheduler_, site.services.Spares(site.system.node->name()), *site.services.failures(),
                                            std::move(fault_plan), site.context.scenario.seed(), site.path + ".failures", name_);
      faults_->OnPace([this](std::uint32_t node) {
        for (const scheduling::UnitRun& run : scheduler_.cluster().UnitsOfNode(node)) Pace(run.first, run.count);
      });
      // Queued serving keeps its place, and its replicas fail by themselves.
      faults_->Spare([this](std::uint32_t node) {
        const std::vector<scheduling::JobIndex> there = scheduler_.cluster().JobsOn(node);
        return std::any_of(there.begin(), there.end(), [this](scheduling::JobIndex job) { return scheduler_.jobs()[job].fixed; });
      });
    }
  }

  void SetFabricLoss(const FabricLoss& loss, Instant) override {
    cut_ = loss.cut;
    Pace(0, scheduler_.cluster().units());
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
    if (workers_) workers_->Start();
    if (host_) Harvest();
  }
  void ShareUplinks(SharedUplinks& uplinks) override { contention_.Share(uplinks); }
  Settler& settler() override { return held_; }
  void SetMetrics(MetricSet& metrics) const override {
    if (guests_.empty()) {
      jobs::SetMetrics("workloads." + name_, stream_, Results(), metrics);
    } else {
      // Queued workloads have figures of their own.
      jobs::JobStream own;
      std::vector<jobs::JobResult> results = Results(), of_own;
      for (std::size_t i = 0; i < stream_.size(); ++i)
        if (guests_.count(static_cast<scheduling::JobIndex>(i)) == 0) own.push_back(stream_[i]), of_own.push_back(results[i]);
      jobs::SetMetrics("workloads." + name_, own, of_own, metrics);
    }
    if (host_) metrics.Set("workloads." + name_ + ".jobs.given_back", static_cast<double>(scheduler_.interruptions()), "1");
    if (scheduler_.preemptions() > 0)
      metrics.Set("workloads." + name_ + ".jobs.preemptions", static_cast<double>(scheduler_.preemptions()), "1");
    for (std::size_t k = 0; k < kinds_.size(); ++k) {
      double held = held_by_kind_[k];
      for (const scheduling::JobIndex job : running_) {
        const scheduling::Allocation& units = scheduler_.cluster().allocation(job);
        if (scheduler_.cluster().KindOf(units) == k) held += HeldFor(job, units);
      }
      metrics.Set("workloads." + name_ + ".jobs.kinds." + kinds_[k] + ".held", held, "s");
    }
    if (workers_) {
      metrics.Set("workloads." + name_ + ".jobs.workers.launches", static_cast<double>(workers_->launches()), "1");
      metrics.Set("workloads." + name_ + ".jobs.workers.most", static_cast<double>(workers_->most()), "1");
      metrics.Set("workloads." + name_ + ".jobs.workers.node_time", workers_->NodeSeconds(), "s");
    }
    const double span = engine_.now().seconds();
    if (faults_) {
      double lost = 0.0;
      for (std::size_t i = 0; i < stream_.size(); ++i)
        if (guests_.count(static_cast<scheduling::JobIndex>(i)) == 0) lost += static_cast<double>(scheduler_.records()[i].lost) * 1e-9 * AcceleratorsOf(stream_[i]);
      metrics.Set("workloads." + name_ + ".jobs.failures", static_cast<double>(faults_->faults()), "1");
      metrics.Set("workloads." + name_ + ".jobs.interruptions", static_cast<double>(scheduler_.interruptions()), "1");
      metrics.Set("workloads." + name_ + ".jobs.lost_accelerator_time", lost, "s");
      metrics.Set("workloads." + name_ + ".jobs.down_accelerator_time", faults_->DownSeconds(), "s");
      if (faults_->looks_for_corruption()) metrics.Set("workloads." + name_ + ".jobs.corrupted", static_cast<double>(faults_->corrupted()), "1");
      if (held_.Held() > 0.0) metrics.Set("workloads." + name_ + ".jobs.goodput", 1.0 - lost / held_.Held(), "1");
    }
    if (carbon_.active())
      metrics.Set("workloads." + name_ + ".jobs.carbon", carbon_kg_ + carbon_.Integral(carbon_at_, engine_.now().ns()) * carbon_watts_, "kg");
    if (span > 0.0) metrics.Set("workloads." + name_ + ".jobs.utilisation", held_.Held() / (span * units_), "1");
  }
  void WriteTables(Recorder& recorder) const override {
    recorder.WriteTable(jobs::MakeTable("/workloads/" + name_ + "/jobs", stream_, Results()));
    if (stream_.size() <= kMostPlaced) recorder.WriteTable(places_.MakeTable("/workloads/" + name_ + "/placements", slices_, systems_, parts_));
  }
  std::vector<WorkEvent> Events() const override { return faults_ ? faults_->events() : std::vector<WorkEvent>{}; }
  double Energy() const override { return held_.Energy(); }
  double Held() const override { return held_.Held(); }

 private:
  double AcceleratorsOf(const jobs::BatchJob& j) const { return parts_ > 1 && j.milli < 1000 ? j.milli / 1000.0 : j.units; }
  /// Of an accelerator under the job; Job::watts is of the kind that draws most.
  double WattsOf(scheduling::JobIndex job, const scheduling::Allocation& units) const {
    return scheduler_.jobs()[job].watts * parts_ * power_of_kind_[scheduler_.cluster().KindOf(units)];
  }
  /// Accelerator-seconds since its start.
  double HeldFor(scheduling::JobIndex job, const scheduling::Allocation& units) const {
    return static_cast<double>(engine_.now().ns() - scheduler_.records()[job].last_start) * 1e-9 * scheduling::UnitsOf(units) / parts_;
  }
  double PaceOf(scheduling::JobIndex job, const scheduling::Allocation& units) const {
    const double clock = held_.Pace(units);
    return Cut(units) ? 0.0 : contention_.Pace(job, faults_ ? clock * faults_->Pace(units) : clock);
  }
  /// Whether a job of several nodes has units without a fabric.
  bool Cut(const scheduling::Allocation& units) const {
    if (cut_.empty()) return false;
    const std::vector<std::uint32_t>& begin = scheduler_.cluster().floor().shape().node_begin;
    const auto node = [&](std::uint32_t unit) { return std::upper_bound(begin.begin(), begin.end(), unit) - begin.begin(); };
    bool one = true, cut = false;
    for (const scheduling::UnitRun& run : units) {
      one = one && node(run.first) == node(units.begin()->first) && node(run.first + run.count - 1) == node(run.first);
      for (const auto& [first, count] : cut_) cut = cut || (run.first < (first + count) * parts_ && first * parts_ < run.first + run.count);
    }
    return cut && !one;
  }
  /// A queued workload gets its units; it says itself when it is done.
  void Begin(QueuedWork& guest, scheduling::JobIndex job, const scheduling::Allocation& units) {
    scheduler_.SetPace(job, 0.0);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> runs;
    for (const scheduling::UnitRun& run : units) runs.emplace_back(run.first, run.count);
    const std::uint32_t starts = scheduler_.records()[job].starts;
    engine_.At(engine_.now(), Phase::kDecision, [this, &guest, job, runs, starts] {
      const scheduling::JobRecord& r = scheduler_.records()[job];
      if (r.starts != starts || r.state != scheduling::JobState::kRunning) return;  // stopped at this very instant
      begun_.insert(job);
      guest.Begin(runs, static_cast<double>(r.overhead) * 1e-9, [this, job] {
        begun_.erase(job);
        scheduler_.Complete(job);
      });
      if (faults_) guest.SetStragglerPace(faults_->Pace(scheduler_.cluster().allocation(job)));
    });
  }
  /// Its units are taken away from it, unless it is done.
  void Leave(QueuedWork& guest, scheduling::JobIndex job) {
    if (begun_.erase(job) == 0) return;
    const scheduling::PreemptOptions& how = scheduler_.cluster().preemption();
    const bool preempted = scheduler_.leaving().why == scheduling::Scheduler::Why::kPreempted;
    guest.Leave(preempted && (how.mode == scheduling::PreemptMode::kSuspend || how.checkpoint), scheduler_.leaving().since);
    engine_.At(engine_.now(), Phase::kDecision, [this, &guest, job] {
      const scheduling::JobState state = scheduler_.records()[job].state;
      if (state == scheduling::JobState::kFailed || state == scheduling::JobState::kCancelled) guest.GiveUp();
    });
  }
  /// Nodes whose accelerators the deployment has all switched off are the jobs'; it gets them back at the look at which it
  /// switches one on. Looks are the autoscaler's.
  void Harvest() {
    const std::vector<std::uint32_t>& begin = scheduler_.cluster().floor().shape().node_begin;
    for (std::uint32_t n = 0; n + 1 < begin.size(); ++n) {
      bool off = true;
      for (std::uint32_t u = begin[n]; off && u < begin[n + 1]; ++u) off = host_->SwitchedOff(u);
      if (off && scheduler_.cluster().IsDown(n)) scheduler_.BringUp(n);
      if (!off && !scheduler_.cluster().IsDown(n)) scheduler_.Interrupt(n, engine_.now(), engine_.now() + Duration::FromSeconds(kUnknown));
    }
    engine_.After(Duration::FromSeconds(serving::Autoscaler::kPeriod), Phase::kDecision, [this] {
      if (scheduler_.open() > 0) Harvest();
    });
  }
  std::vector<std::pair<std::uint32_t, std::uint32_t>> cut_;  ///< accelerators without a fabric
  static constexpr double kUnknown = 365.0 * 86400.0;  ///< s until a node is expected back of which nothing is known

  /// The pace of units first .. first + count - 1 has changed.
  void Pace(std::uint32_t first, std::uint32_t count) {
    if (faults_)
      for (const scheduling::JobIndex job : begun_) guests_.at(job)->SetStragglerPace(faults_->Pace(scheduler_.cluster().allocation(job)));
    for (const scheduling::JobIndex job : running_) {
      const scheduling::Allocation& units = scheduler_.cluster().allocation(job);
      for (const scheduling::UnitRun& run : units)
        if (run.first < first + count && first < run.first + run.count) {
          scheduler_.SetPace(job, PaceOf(job, units));
          break;
        }
    }
  }
  /// Of what running jobs' accelerators draw at full clock; it changes by `watts` now.
  void SettleCarbon(double watts) {
    if (!carbon_.active()) return;
    carbon_kg_ += carbon_.Integral(carbon_at_, engine_.now().ns()) * carbon_watts_;
    carbon_at_ = engine_.now().ns();
    carbon_watts_ = running_.empty() && watts > 0.0 ? watts : carbon_watts_ + watts;
  }
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
  std::vector<Slice> slices_;
  const std::vector<SystemStock>& systems_;
  scheduling::CarbonShift carbon_;
  double carbon_kg_ = 0.0, carbon_watts_ = 0.0;
  std::int64_t carbon_at_ = 0;
  std::uint32_t parts_ = 1;
  JobContention contention_;
  std::vector<double> power_of_kind_;  ///< against the kind that draws most
  std::vector<double> held_by_kind_;   ///< accelerator-seconds of starts that are over
  std::vector<std::string> kinds_;     ///< empty where there is one
  scheduling::Scheduler scheduler_;
  std::unique_ptr<JobWorkers> workers_;
  std::map<scheduling::JobIndex, QueuedWork*> guests_;
  const Work* host_;
  std::set<scheduling::JobIndex> running_, begun_;  ///< jobs; queued workloads that have their units
  std::unique_ptr<JobFaults> faults_;
  double work_ = 0.0;
  std::uint32_t units_ = 0;
};

}  // namespace

Claim ClaimJobs(const schema::Workload& workload, const std::string& path) {
  const schema::Jobs& j = workload.jobs();
  if (j.kinds().empty()) return {path + ".jobs", j.accelerators().type(), j.accelerators().count(), true};
  Claim claim{path + ".jobs.kinds", j.kinds(0).type(), j.kinds(0).count(), true};
  for (int k = 1; k < j.kinds_size(); ++k) claim.also.emplace_back(j.kinds(k).type(), j.kinds(k).count());
  return claim;
}

std::unique_ptr<Work> BuildJobs(const WorkSite& site) {
  const schema::Jobs& j = site.workload.jobs();
  const std::string path = site.path + ".jobs";
  std::optional<scheduling::SchedulerParams> params = SchedulerOptions(site.context);
  ListedJobs listed;
  if (j.list_size() > 0) listed = ReadListedJobs(site, path + ".list");
  jobs::JobStream stream = j.list_size() > 0 ? std::move(listed.jobs) : StreamOf(site, path);
  if (!params || !site.context.diagnostics.ok()) return nullptr;
  RefuseTogether(site, *params, path);
  RefuseUnknown(site, *params, path);
  std::map<scheduling::JobIndex, QueuedWork*> guests;
  AddGuests(site, &stream, &listed.after, &guests);
  scheduling::FloorShape shape = ShapeOf(site);
  std::vector<scheduling::Job> list = ToScheduler(stream, site.context.scenario.scheduler());
  if (params->policy == "quota" && !WithinQuota(site, list, params->options.quota)) return nullptr;
  JobContention contention(site, stream, shape.parts);
  FillPartitions(site, shape.nodes(), &params->limits);
  if (!site.context.diagnostics.ok()) return nullptr;
  params->faults.requeue = j.on_failure() == "requeue";
  if (j.has_checkpoint()) params->faults.checkpoint = std::llround(j.checkpoint() * 1e9);
  if (site.host != nullptr) params->faults.restart = params->preemption.restart;
  if (site.services.failures()) params->faults.restart = std::llround(site.services.failures()->restart * 1e9);
  HeldUnits::Draw draw;
  draw.busy = j.busy();
  draw.host_load = site.workload.host_load();
  draw.accelerators = site.system.accelerator != nullptr;
  if (draw.accelerators) {
    draw.watts = j.power() * HighestTdp(site);
    draw.idle = site.system.accelerator->power().idle() * site.system.accelerator->tdp();
    if (draw.watts > site.system.power_limit)
      site.context.Error(path + ".power", fmt::format("is {:.0f} W; site.systems[{}].power_limit is {:g} W, and what a lower clock does to jobs of unknown kind is not modelled",
                                                      draw.watts, site.system.name, site.system.power_limit));
  }
  draw.parts = shape.parts;
  std::map<scheduling::JobIndex, const schema::Queued*> queued;
  for (const auto& [job, guest] : guests) {
    queued.emplace(job, &guest->queued());
    list[job].watts = guest->watts();
    list[job].open_ended = true;
    list[job].fixed = !guest->moves();
  }
  FillRequests(site, shape, stream, queued, draw.watts, &*params, &list);
  for (const scheduling::Job& job : list)
    if (job.watts * shape.parts > site.system.power_limit && draw.watts <= site.system.power_limit) {
      site.context.Error(path + ".list", fmt::format("a job draws {:.0f} W on an accelerator; site.systems[{}].power_limit is {:g} W",
                                                     job.watts * shape.parts, site.system.name, site.system.power_limit));
      break;
    }
  if (j.workers().has_max()) {
    std::uint64_t most = 0;
    for (std::uint32_t n = 0; n < std::min(j.workers().max(), shape.nodes()); ++n) most += shape.node_begin[n + 1] - shape.node_begin[n];
    for (const scheduling::Job& job : list)
      if (job.units > most) {
        site.context.Error(path + ".workers.max", fmt::format("is {} nodes of {} accelerators together, and a job asks for {}", j.workers().max(), most / shape.parts, job.units / shape.parts));
        break;
      }
  }
  JobFaultPlan faults = site.services.failures() ? FaultPlanOf(site, shape) : JobFaultPlan{};
  if (!site.context.diagnostics.ok()) return nullptr;
  auto work = std::make_unique<JobsWork>(site, std::move(shape), std::move(stream), std::move(list), *params, draw, std::move(faults), std::move(guests),
                                         std::move(contention));
  if (!listed.after.empty()) work->RunAfter(std::move(listed.after));
  return work;
}

}  // namespace headroom::scenario
