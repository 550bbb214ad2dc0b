#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "models/failure/failure_profile.h"
#include "models/failure/interruptions.h"
#include "models/failure/node_pool.h"
#include "models/scheduling/scheduler.h"
#include "scenarios/build/work.h"
#include "sim/engine/engine.h"

namespace headroom::scenario {

/// Faults that are no node's alone, in rates per second.
struct JobFaultPlan {
  struct Domains {
    std::string what;
    double rate = 0.0;    ///< of each one
    double repair = 0.0;  ///< s, mean
    std::vector<std::uint32_t> begin;  ///< nodes; domain d has begin[d] .. begin[d + 1] - 1
  };
  std::vector<Domains> domains;
  double straggler_rate = 0.0, straggler_pace = 1.0, straggler_lasts = 0.0;  ///< of each node; mean s
  double silent_rate = 0.0, silent_seen = 0.0;                              ///< of each node; mean s
  failure::RepairSpread spread = failure::RepairSpread::kExponential;
  failure::FailureShape shape;
};

/// `site.failures` for a workload on nodes of that shape. Errors go to the context.
JobFaultPlan FaultPlanOf(const WorkSite& site, const scheduling::FloorShape& shape);

/// Faults of the nodes that a workload's jobs run on. All its accelerators fail by the profile, whether a job holds them or not.
/// From the fault on the jobs of its node stand still; after the profile's detection time they are stopped, and the node, where
/// the cause takes it, is down until the pool has another. A job that starts on a node in between is stopped with the others.
///
/// A fault of a domain does the same to all its nodes that are up, which come back together after its own repair. A straggler slows
/// the jobs on its node. Silent corruption stops nothing until it is seen; then the jobs on its node are stopped, what they did
/// since is lost, and the node is replaced. Jobs that ended on it meanwhile are counted as corrupted.
class JobFaults {
 public:
  /// `path` names the random numbers. The others outlive it.
  JobFaults(Engine& engine, scheduling::Scheduler& scheduler, failure::NodePool& nodes, const failure::FailureProfile& profile,
            JobFaultPlan plan, std::uint64_t seed, const std::string& path, std::string workload);
  void Start();
  /// Called after the pace of a node has changed.
  void OnPace(std::function<void(std::uint32_t node)> watcher) { on_pace_ = std::move(watcher); }
  /// Nodes that fail by other faults than these.
  void Spare(std::function<bool(std::uint32_t node)> spared) { spared_ = std::move(spared); }
  /// The slowest pace of the nodes of `units`.
  double Pace(const scheduling::Allocation& units) const;
  /// A job left these units at its end.
  void Ended(const scheduling::Allocation& units);
  const std::vector<WorkEvent>& events() const { return events_; }
  std::uint64_t faults() const { return faults_; }        ///< of nodes and domains
  std::uint64_t corrupted() const { return corrupted_; }  ///< jobs that ended on a node whose corruption was not seen yet
  bool looks_for_corruption() const { return plan_.silent_rate > 0.0; }
  /// Accelerator-seconds that nodes were down, up to now.
  double DownSeconds() const;

 private:
  void ScheduleNext();
  void Strike(const failure::Interruption& fault);
  void Detected(std::uint32_t node, const failure::Interruption& fault, Instant since);
  void Repaired(std::uint32_t node);
  void ScheduleDomain(std::size_t kind);
  void StrikeDomain(std::size_t kind, std::size_t domain);
  void StopDomain(const JobFaultPlan::Domains& d, std::size_t domain, const std::vector<std::uint32_t>& nodes, Instant since);
  void ScheduleStraggler();
  void ScheduleSilent();
  void Seen(std::uint32_t node, Instant since);
  std::uint32_t nodes() const { return scheduler_.cluster().floor().shape().nodes(); }
  bool Spared(std::uint32_t node) const { return spared_ && spared_(node); }
  void Tell(Instant since, const std::string& what, std::size_t stopped);

  Engine& engine_;
  scheduling::Scheduler& scheduler_;
  failure::NodePool& pool_;
  failure::Interruptions interruptions_;
  JobFaultPlan plan_;
  RandomStream domain_stream_, straggler_stream_, silent_stream_;
  std::string workload_;
  std::set<std::uint32_t> struck_;             ///< nodes with a fault that is not detected yet
  std::map<std::uint32_t, Instant> down_since_;
  std::map<std::uint32_t, int> slow_;          ///< stragglers on a node
  std::map<std::uint32_t, int> silent_;        ///< corruptions of a node that are not seen yet
  std::function<void(std::uint32_t)> on_pace_;
  std::function<bool(std::uint32_t)> spared_;
  double down_ = 0.0;
  std::uint64_t faults_ = 0, corrupted_ = 0;
  std::vector<WorkEvent> events_;
};

}  // namespace headroom::scenario
