#pragma once

#include <string>
#include <vector>

#include "models/jobs/batch_job.h"
#include "sim/core/diagnostics.h"

namespace headroom::scenario {

/// A trace of jobs with what was done to rows that do not say what they should: one line per rule
/// that was applied, with how often ("12 jobs without a run time count as one second").
struct JobTrace {
  jobs::JobStream jobs;
  std::vector<std::string> remarks;
};

/// Reads a trace of batch jobs for a cluster of `units` processors. A line that is not of the
/// format is an error with file and line in `diagnostics` (the first kMaxTraceErrors of them).
/// Formats and rules: docs/models/jobs.md.
JobTrace ReadJobTrace(const std::string& path, const std::string& format, std::uint32_t units,
                      Diagnostics& diagnostics);

}  // namespace headroom::scenario
