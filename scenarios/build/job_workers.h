#pragma once

#include <cstdint>
#include <vector>

#include "models/scheduling/scheduler.h"
#include "sim/engine/engine.h"

namespace headroom::scenario {

struct WorkerParams {
  std::uint32_t min = 0, max = ~0u;  ///< nodes
  double upscaling = 1e30;  ///< nodes that may be launching, times those that run (at least one)
  double idle = 60.0;       ///< s
  double launch = 120.0;    ///< s
  double every = 5.0;       ///< s
};

/// Nodes that come and go as Ray's autoscaler has them (KubeRay, v2): at each look the waiting jobs, in order, are put on what is free
/// on nodes that run or are being launched, the rest on new ones, first fit; those are launched within the maximum and the upscaling
/// speed, the lowest first. A node without jobs for `idle` goes, if more than the minimum run and no job waits for it. It sees what jobs
/// ask for, never how busy they are. A node that is not there is down to the scheduler.
class JobWorkers {
 public:
  JobWorkers(Engine& engine, scheduling::Scheduler& scheduler, const WorkerParams& params);
  void Start();
  std::uint64_t launches() const { return launches_; }
  std::uint64_t most() const { return most_; }  ///< nodes that ran or were launching at once
  double NodeSeconds() const;                   ///< of nodes that ran or were launching

 private:
  enum class State : std::uint8_t { kGone, kLaunching, kRunning };
  void Look();
  std::vector<std::uint32_t> Wanted() const;
  void Set(std::uint32_t node, State state);
  std::uint32_t UnitsOf(std::uint32_t node) const;

  Engine& engine_;
  scheduling::Scheduler& scheduler_;
  WorkerParams params_;
  std::vector<State> state_;
  std::vector<Instant> used_;  ///< when a job was last seen on it
  std::uint64_t launches_ = 0, most_ = 0, there_ = 0;
  double node_seconds_ = 0.0;
  Instant since_;
};

}  // namespace headroom::scenario
