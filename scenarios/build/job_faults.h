#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "models/failure/failure_profile.h"
#include "models/failure/interruptions.h"
#include "models/failure/node_pool.h"
#include "models/scheduling/scheduler.h"
#include "scenarios/build/work.h"
#include "sim/engine/engine.h"

namespace headroom::scenario {

/// Faults of the nodes that a workload's jobs run on. All its accelerators fail alike, whether a job holds them or not. From the
/// fault on the jobs of its node stand still; after the profile's detection time they are stopped, and the node, where the
/// cause takes it, is down until the pool has another. A job that starts on a node in between is stopped with the others.
class JobFaults {
 public:
  /// `path` names the random numbers. The others outlive it.
  JobFaults(Engine& engine, scheduling::Scheduler& scheduler, failure::NodePool& nodes, const failure::FailureProfile& profile,
            std::uint64_t seed, const std::string& path, std::string workload);
  void Start();
  const std::vector<WorkEvent>& events() const { return events_; }
  std::uint64_t faults() const { return faults_; }
  /// Unit-seconds that nodes were down, up to now.
  double DownSeconds() const;

 private:
  void ScheduleNext();
  void Strike(const failure::Interruption& fault);
  void Detected(std::uint32_t node, const failure::Interruption& fault, Instant since);
  void Repaired(std::uint32_t node);

  Engine& engine_;
  scheduling::Scheduler& scheduler_;
  failure::NodePool& nodes_;
  failure::Interruptions interruptions_;
  std::string workload_;
  std::set<std::uint32_t> struck_;             ///< nodes with a fault that is not detected yet
  std::map<std::uint32_t, Instant> down_since_;
  double down_ = 0.0;
  std::uint64_t faults_ = 0;
  std::vector<WorkEvent> events_;
};

}  // namespace headroom::scenario
