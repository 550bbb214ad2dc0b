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
  std::int64_t ready = -1;  ///< entered the queue: its submission, or later where it follows other jobs
  std::int64_t start = -1;  ///< first start
  std::int64_t end = -1;
  std::int64_t held = 0;    ///< ns in which it held its units, up to its end
  std::uint32_t nodes = 0;
  Outcome outcome = Outcome::kWaiting;
};

/// `NAME.jobs.*`: counts, makespan (last end minus first submission), and over the jobs that have ended
///
///     turnaround = end - ready                    wait = turnaround - time in which it held its units
///     slowdown = turnaround / run                 bounded slowdown = max(1, turnaround / max(run, 10 s))
///
/// ready is the submission, or the end of the last job that it follows. run is what the job takes undisturbed, at most its estimate. Without preemption wait is start - ready and bounded
/// slowdown max(1, (wait + run) / max(run, 10 s)). Jobs cancelled for others count as failed and are in no distribution; so
/// is a job that ran no time in slowdown. A job failed, too, if it was stopped at its estimate, or if its trace says that it
/// failed or was cancelled.
void SetMetrics(const std::string& name, const JobStream& jobs, const std::vector<JobResult>& results, MetricSet& metrics);

/// Columns id, submit, start, end, nodes, accelerators, state of contract `jobs`, then user and queue; `units` counts accelerators or processors.
Table MakeTable(const std::string& path, const JobStream& jobs, const std::vector<JobResult>& results);

}  // namespace headroom::jobs
