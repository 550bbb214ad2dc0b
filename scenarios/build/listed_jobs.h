#pragma once

#include <string>
#include <vector>

#include "models/jobs/batch_job.h"
#include "models/scheduling/job.h"
#include "scenarios/build/work.h"

namespace headroom::scenario {

/// Jobs given one by one, in order of submission, and those that each follows, as indices into `jobs`.
struct ListedJobs {
  jobs::JobStream jobs;
  std::vector<std::vector<scheduling::JobIndex>> after;
};

/// Errors (two of one name, a job that follows itself or none of the list, one that never fits) go to the context.
ListedJobs ReadListedJobs(const WorkSite& site, const std::string& path);

}  // namespace headroom::scenario
