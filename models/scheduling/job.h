#pragma once

#include <cstdint>
#include <vector>

#include "models/scheduling/placement_request.h"
#include "sim/engine/time.h"

namespace headroom::scheduling {

/// Index of a job in the list that its scheduler was given.
using JobIndex = std::uint32_t;

/// A rigid job as a scheduler sees it: it takes all its units at once and gives them back at its end.
struct Job {
  Instant submit;
  Duration estimate;        ///< what its user says it takes at most; it is stopped there. Positive
  Duration runtime;         ///< what it takes undisturbed
  std::uint32_t units = 1;  ///< processors or accelerators
  std::uint32_t user = 0;
  std::uint32_t queue = 0;  ///< index into the quota tree's queues; tenant
  std::int32_t priority = 0;  ///< higher goes first where the policy looks at it
  JobPlacement place;         ///< what it asks of where its units lie
  double watts = 0.0;         ///< that it draws on each unit, for a cap on power
  HostNeed host;              ///< where FloorShape::host counts it
  std::uint32_t speeds = 0;   ///< row of StartLimits::speeds
  Duration relax;             ///< of waiting after which kRequired is kPreferred; 0: never
  bool open_ended = false;    ///< it ends by Scheduler::Complete(); what it was stopped with is its own affair
  bool fixed = false;         ///< it is neither preempted nor stopped by faults
};

enum class JobState : std::uint8_t {
  kWaiting = 0,    ///< submitted, or not yet
  kRunning = 1,
  kCompleted = 2,
  kFailed = 3,     ///< stopped at its estimate
  kCancelled = 4,  ///< preempted for good, or never started because a job that it follows failed
};

/// What became of a job. Times are ns from the run's start, -1 where there is none.
struct JobRecord {
  std::int64_t submitted = -1;  ///< entered the queue for the first time
  std::int64_t first_start = -1;
  std::int64_t last_start = -1;
  std::int64_t end = -1;
  std::int64_t done = 0;      ///< ns of its runtime that are behind it and safe
  std::int64_t served = 0;    ///< ns in which it held its units in earlier starts
  std::int64_t overhead = 0;  ///< ns that its next start takes before it goes on
  std::int64_t lost = 0;      ///< ns in which it held its units and made no progress that was kept
  std::uint32_t nodes = 0;    ///< that it last ran on
  std::uint32_t starts = 0;
  std::uint32_t units = 0;    ///< that it holds or last held: other than it asked for where a policy sizes jobs
  JobState state = JobState::kWaiting;
};

/// Units first .. first + count - 1.
struct UnitRun {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  friend bool operator==(const UnitRun&, const UnitRun&) = default;
};
using Allocation = std::vector<UnitRun>;  ///< ascending, apart from each other

inline std::uint32_t UnitsOf(const Allocation& units) {
  std::uint32_t count = 0;
  for (const UnitRun& run : units) count += run.count;
  return count;
}

}  // namespace headroom::scheduling
