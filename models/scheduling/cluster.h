#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "models/scheduling/floor.h"
#include "models/scheduling/placement.h"
#include "models/scheduling/running_set.h"
#include "models/scheduling/waiting_queue.h"

namespace headroom::scheduling {

/// What becomes of a preempted job (Slurm's PreemptMode; SUSPEND gives the units back and loses nothing).
enum class PreemptMode : std::uint8_t { kOff, kCancel, kRequeue, kSuspend };

struct PreemptOptions {
  PreemptMode mode = PreemptMode::kOff;
  bool checkpoint = false;           ///< a requeued job goes on where it stood
  std::int64_t restart = 0;          ///< ns that a later start takes before it goes on
  std::int64_t exempt = 0;           ///< ns after its start in which a job is not preempted
};

/// What becomes of a job whose node fails.
struct FaultOptions {
  bool requeue = true;          ///< else it ends there, failed
  std::int64_t checkpoint = 0;  ///< ns of progress between two points that it can go on from; 0: it starts anew
  std::int64_t restart = 0;     ///< ns that its next start takes before it goes on
};

/// What a job may have to wait for beside free units.
struct StartLimits {
  double power = 0.0;           ///< W that running jobs may draw together; 0: no cap
  bool placement = false;       ///< the placement may find no place although there are enough free units
  bool one_node = false;        ///< the placement keeps a job on one node
  /// By Job::speeds: how many times as fast as its run time says a job runs on each kind of accelerators, 0 where it may not. A job's
  /// units are all of one kind, the fastest that has a place. Empty: all are alike.
  std::vector<std::vector<double>> speeds;
  /// By Job::queue: the nodes that its jobs may use; empty: all.
  std::vector<std::vector<bool>> nodes;
};

/// The state that a policy reads and changes: jobs, their order while they wait, the running ones by estimated end, and
/// the floor. A policy starts and preempts here; the scheduler turns that into events.
class Cluster {
 public:
  using Place = WaitingQueue::Place;

  /// Every job has 1 .. shape.units() units and a positive estimate.
  Cluster(FloorShape shape, std::vector<Job> jobs, Placement placement, PreemptOptions preemption, FaultOptions faults = {},
          StartLimits limits = {});

  std::int64_t now() const { return now_; }
  void SetNow(std::int64_t now) { now_ = now; }
  const std::vector<Job>& jobs() const { return jobs_; }
  const std::vector<JobRecord>& records() const { return records_; }
  const WaitingQueue& waiting() const { return waiting_; }
  const RunningSet& running() const { return running_; }
  const Floor& floor() const { return floor_; }
  std::uint32_t units() const { return floor_.shape().units(); }
  std::uint32_t free() const { return floor_.free().count(); }
  std::uint32_t down() const { return down_units_; }  ///< units of nodes that are down
  const PreemptOptions& preemption() const { return preemption_; }
  /// Whether a job may have to wait although enough units are free: for a place or for power.
  bool picky() const { return picky_; }
  /// Whether places depend on more than free units: on kinds, hosts or partitions.
  bool limited() const { return limited_; }
  PlacementRequest RequestOf(JobIndex job) const;
  /// Kinds of accelerators, and the speed of a job on one; 0 where it may not run there.
  std::uint32_t kinds() const { return kinds_; }
  double SpeedOn(JobIndex job, std::uint32_t kind) const { return limits_.speeds.empty() ? 1.0 : limits_.speeds[jobs_[job].speeds][kind]; }
  /// Of a running job, where it runs.
  double SpeedOf(JobIndex job) const { return SpeedAt(job, allocation(job)); }
  std::uint32_t KindOf(const Allocation& units) const;
  /// Units of a kind that are up.
  std::uint32_t UnitsOfKind(std::uint32_t kind) const;
  /// The floor as it would be with these running jobs gone.
  Floor FloorWithout(const std::vector<JobIndex>& gone) const;
  /// Where the job would lie on `floor` on that kind alone, whatever power is left; empty if it must wait.
  Allocation PlaceOnKind(const Floor& floor, JobIndex job, std::uint32_t kind) const;
  /// The job could start now; with `without`, if those running jobs were stopped first.
  bool Fits(JobIndex job, const std::vector<JobIndex>& without = {}) const;
  /// A moment to come as the running jobs' estimates and the expected ends of outages have it: all that end by then are gone.
  struct Outlook {
    std::int64_t time = 0;
    Floor floor;
    double power = 0.0;  ///< W
    Allocation units;    ///< where the job would lie
  };
  /// The first such moment, after now, at which the job could start; nothing if the last end does not suffice.
  std::optional<Outlook> FirstFit(JobIndex job) const;
  /// Free units for a job of another size than it asked for; units <= free().
  Allocation PlaceUnits(std::uint32_t units) const { return placement_(floor_, units); }
  /// Where the placement puts the job on `floor`, of which jobs hold `power` W; empty if it must wait.
  Allocation PlaceOn(const Floor& floor, double power, JobIndex job) const;
  /// The cap on power lets the job start now; with `gone`, if those running jobs were stopped first.
  bool PowerFits(JobIndex job, const std::vector<JobIndex>& gone = {}) const;
  double power() const { return power_; }          ///< W that running jobs draw
  double power_cap() const { return limits_.power; }  ///< W; 0: none
  /// Units of a running job; empty otherwise.
  const Allocation& allocation(JobIndex job) const;
  /// ns that the job has held its units up to now.
  std::int64_t Served(JobIndex job) const;
  /// ns that it takes from its next start on: by its estimate and in fact.
  std::int64_t RemainingEstimate(JobIndex job) const;
  std::int64_t RemainingRuntime(JobIndex job) const;
  /// When a running job's estimate is over, at the speed of where it runs.
  std::int64_t ExpectedEnd(JobIndex job) const { return Running(job).end; }

  /// `job` is there from now on, though it enters the queue later.
  void Arrive(JobIndex job) { records_[job].submitted = now_; }
  void Enqueue(JobIndex job, double key);
  /// A job that has not entered the queue will not.
  void Drop(JobIndex job);
  /// Its place in the queue; it must wait.
  Place PlaceOf(JobIndex job) const;
  /// Starts the job at `place`, where the placement puts it or on `units`. Gives the place after it.
  Place Start(Place place);
  Place Start(Place place, const Allocation& units);
  /// Stops a running job for another's sake and, unless it is cancelled, puts it back in its place in the queue.
  void Preempt(JobIndex job);
  /// Stops a running job that has made no progress since `fault`, where a fault of its node struck it. It goes back to the queue or,
  /// without FaultOptions::requeue, ends failed.
  void Interrupt(JobIndex job, std::int64_t fault);
  /// Takes a node, whose units no job holds, out until `until`, and brings it back.
  void TakeDown(std::uint32_t node, std::int64_t until);
  void BringUp(std::uint32_t node);
  bool IsDown(std::uint32_t node) const { return outages_.count(node) > 0; }
  std::int64_t DownUntil(std::uint32_t node) const { return outages_.at(node); }
  Allocation UnitsOfNode(std::uint32_t node) const;
  /// Running jobs that hold units of `node`, ascending.
  std::vector<JobIndex> JobsOn(std::uint32_t node) const;
  /// Called by Preempt() while the job still holds its units.
  void OnPreempt(std::function<void(JobIndex, const Allocation&)> hook) { on_preempt_ = std::move(hook); }
  /// Takes a running job out at its end.
  void Finish(JobIndex job, JobState state);
  /// Sorts the queue anew by `key(job)`.
  template <class Key>
  void Reorder(Key key) {
    std::vector<JobIndex> jobs;
    waiting_.Each([&](const WaitingJob& w) { jobs.push_back(w.job); });
    waiting_.Clear();
    for (JobIndex job : jobs) Enqueue(job, key(job));
  }

  /// Jobs started and preempted since the last TakeChanges().
  struct Changes {
    std::vector<JobIndex> preempted, started;
    bool empty() const { return preempted.empty() && started.empty(); }
  };
  Changes TakeChanges();

 private:
  double PowerOf(JobIndex job) const { return jobs_[job].watts * jobs_[job].units; }
  double SpeedAt(JobIndex job, const Allocation& units) const;
  std::int64_t EstimateAt(JobIndex job, const Allocation& units) const;
  Floor FloorFor(const Floor& floor, JobIndex job, std::uint32_t kind) const;
  Allocation PlaceIn(const Floor& floor, JobIndex job) const;
  Outlook After(const std::vector<RunningJob>& holders, std::size_t count) const;
  RunningJob Running(JobIndex job) const;
  RunningJob Outage(std::uint32_t node, std::int64_t until) const;
  void Release(JobIndex job);

  std::vector<Job> jobs_;
  std::vector<JobRecord> records_;
  std::vector<double> keys_;
  Floor floor_;
  Placement placement_;
  PreemptOptions preemption_;
  FaultOptions faults_;
  StartLimits limits_;
  bool picky_ = false, limited_ = false;
  std::uint32_t kinds_ = 1;
  double power_ = 0.0;
  std::map<std::uint32_t, std::int64_t> outages_;  ///< by node, until
  std::uint32_t down_units_ = 0;
  WaitingQueue waiting_;
  RunningSet running_;
  std::map<JobIndex, Allocation> allocations_;
  Changes changes_;
  std::function<void(JobIndex, const Allocation&)> on_preempt_;
  std::int64_t now_ = 0;
};

}  // namespace headroom::scheduling
