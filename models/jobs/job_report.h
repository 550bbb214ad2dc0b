#pragma once

#include <string>
#include <vector>

#include "models/jobs/batch_job.h"
#include "sim/probe/metric.h"
#include "sim/probe/recorder.h"

namespace headroom::jobs {

enum class Outcome : std::uint8_t { kWaiting = 0, kRunning = 1, kCompleted = 2, kFailed = 3, kCancelled = 4 };

/// What became of a job; times in ns from the run's start, -1 where it has none.
struct JobResult {
  std::int64_t start = -1;  ///< first start
  std::int64_t end = -1;
  std::int64_t run = 0;     ///< ns in which it held its units
  std::uint32_t nodes = 0;
  Outcome outcome = Outcome::kWaiting;
};

/// `NAME.jobs.*`: counts, makespan, and over the completed and failed jobs
///
///     wait = first start - submission               turnaround = end - submission
///     slowdown = turnaround / run                   bounded slowdown = max(1, turnaround / max(run, 10 s))
///
/// of which bounded slowdown is max(1, (wait + run) / max(run, 10 s)) where no job was preempted. A job that ran no time
/// has no slowdown. A job failed if it was stopped at its estimate, or if its trace says that it failed or was cancelled.
void SetMetrics(const std::string& name, const JobStream& jobs, const std::vector<JobResult>& results, MetricSet& metrics);

/// Columns id, submit, start, end, nodes, accelerators, state of contract `jobs`; `units` counts accelerators or processors.
Table MakeTable(const std::string& path, const JobStream& jobs, const std::vector<JobResult>& results);

}  // namespace headroom::jobs
