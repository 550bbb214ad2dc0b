#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/scheduling/carbon_shift.h"
#include "models/scheduling/cluster.h"
#include "models/scheduling/policy.h"
#include "sim/engine/engine.h"

namespace headroom::scheduling {

struct SchedulerParams {
  std::string policy = "easy-backfill";  ///< a row of PolicyTable()
  std::string placement = "first-fit";   ///< a row of PlacementTable()
  PolicyOptions options;
  PreemptOptions preemption;
  FaultOptions faults;
  StartLimits limits;
  PlacementOptions placing;
  CarbonShift carbon;
};

/// A cluster's scheduler on the engine: jobs are submitted at their time, ends come `min(runtime, estimate)` after the
/// start (a job is stopped at its estimate and has then failed), and the policy makes its passes in between.
///
/// Per instant: ends, then submissions, then one pass. Per event: a pass after each submission, then after each end.
class Scheduler {
 public:
  /// Jobs in order of submission. @throws ConfigError for an unknown policy or placement.
  Scheduler(Engine& engine, FloorShape shape, std::vector<Job> jobs, const SchedulerParams& params);

  /// Told of each start and of each end or preemption, at its instant, while `units` are still held.
  using Watcher = std::function<void(JobIndex job, const Allocation& units)>;
  void OnStart(Watcher watcher) { on_start_ = std::move(watcher); }
  void OnLeave(Watcher watcher) { on_leave_ = std::move(watcher); }
  /// Why the job of which OnLeave's watcher hears leaves; by a fault: since when it made no progress that counts.
  enum class Why : std::uint8_t { kEnd, kPreempted, kFault };
  struct Leaving {
    Why why = Why::kEnd;
    Instant since;
  };
  const Leaving& leaving() const { return leaving_; }
  /// Told of open-ended jobs that stand from now on, until a fault ends them.
  void OnStall(Watcher watcher) { on_stall_ = std::move(watcher); }
  /// Told of each end, before OnLeave's.
  void OnEnd(Watcher watcher) { on_end_ = std::move(watcher); }
  /// Stops the jobs on `node`, which is up, and which have made no progress since `fault`; gives how many there were. With `until` the
  /// node is down from now on and expected back then, unless a fixed job stays on it.
  std::size_t Interrupt(std::uint32_t node, Instant fault, std::optional<Instant> until);
  /// The node is back, whatever was expected.
  void BringUp(std::uint32_t node);
  /// Jobs on `node` make no progress from now on: they end at their estimate, or by Interrupt().
  void Stall(std::uint32_t node);
  /// Called once, when every job has ended.
  void OnDone(std::function<void()> done) { on_done_ = std::move(done); }
  /// after[j]: jobs that must have completed before job j enters the queue, which is then no earlier than its submission. Where one of
  /// them fails, j and all that follow it are cancelled. No cycles. Call before Start().
  void RunAfter(std::vector<std::vector<JobIndex>> after);
  void Start();
  /// From now on a running job gets through `pace` seconds of its runtime a second (0: it stands). Jobs start at 1. What it loses
  /// is not counted against its estimate; policies expect its end where it was, and beyond that at its new end.
  void SetPace(JobIndex job, double pace);

  /// A running job is done now, whatever its run time.
  void Complete(JobIndex job);

  const Cluster& cluster() const { return cluster_; }
  const std::vector<Job>& jobs() const { return cluster_.jobs(); }
  const std::vector<JobRecord>& records() const { return cluster_.records(); }
  std::size_t open() const { return open_; }  ///< jobs that have not ended
  std::uint64_t preemptions() const { return preemptions_; }
  std::uint64_t interruptions() const { return interruptions_; }  ///< of jobs, by faults
  std::uint64_t passes() const { return passes_; }

 private:
  struct Progress {
    double speed = 1.0;     ///< of its size, against the size that it asked for
    double pace = 1.0;      ///< with its speed
    double left = 0.0;      ///< ns of its length, at `since`
    double lost = 0.0;      ///< ns behind pace 1 since its start
    std::int64_t since = 0;
    std::int64_t owed = 0;  ///< ns that earlier starts lost of what was kept
    std::int64_t over = -1; ///< ns until which it is expected to hold its units beyond its estimate; -1: not beyond
    bool stalled = false;
  };
  void MoveOn(JobIndex job);
  void PlanOverrun(JobIndex job);
  void Overrun(JobIndex job);
  void EndOverrun(JobIndex job);
  void SubmitNext();
  void Ready(JobIndex job);
  void Submit(JobIndex job);
  void Release(JobIndex done);
  void End(JobIndex job, bool stalled);
  void RequestPass();
  void Pass();
  void Apply();

  Engine& engine_;
  Cluster cluster_;
  std::unique_ptr<QueueOrder> order_;
  std::unique_ptr<Admission> admission_;
  bool per_event_, faulty_keeps_;
  CarbonShift carbon_;
  double scaling_;
  Watcher on_start_, on_leave_, on_end_, on_stall_;
  Leaving leaving_;
  std::function<void()> on_done_;
  std::vector<EventId> ends_, overruns_;
  std::vector<Progress> progress_;
  std::vector<std::vector<JobIndex>> followers_;  ///< empty where no job follows another
  std::vector<std::uint32_t> awaited_;            ///< jobs that a job still follows
  std::size_t next_ = 0;
  std::size_t open_;
  bool pass_due_ = false;
  std::int64_t sorted_ = 0;
  EventId wake_;
  std::int64_t wake_at_ = kNever;
  std::uint64_t preemptions_ = 0, passes_ = 0, interruptions_ = 0;
};

}  // namespace headroom::scheduling
