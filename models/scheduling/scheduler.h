#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

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
  /// Stops the jobs on `node`, which is up, and which have made no progress since `fault`; gives how many there were. With `until` the
  /// node is down from now on and expected back then.
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

  const Cluster& cluster() const { return cluster_; }
  const std::vector<Job>& jobs() const { return cluster_.jobs(); }
  const std::vector<JobRecord>& records() const { return cluster_.records(); }
  std::size_t open() const { return open_; }  ///< jobs that have not ended
  std::uint64_t preemptions() const { return preemptions_; }
  std::uint64_t interruptions() const { return interruptions_; }  ///< of jobs, by faults
  std::uint64_t passes() const { return passes_; }

 private:
  void SubmitNext();
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
  bool per_event_;
  Watcher on_start_, on_leave_;
  std::function<void()> on_done_;
  std::vector<EventId> ends_;
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
