#pragma once

#include <map>
#include <string>
#include <vector>

#include "models/jobs/batch_job.h"
#include "models/scheduling/scheduler.h"
#include "scenarios/build/queued_work.h"
#include "scenarios/build/work.h"

namespace headroom::scenario {

/// Adds the workloads that queue among a workload's jobs to its jobs, in order of submission; `after`, where it is not empty,
/// follows. `guests` says which jobs they are. Errors go to the context.
void AddGuests(const WorkSite& site, jobs::JobStream* stream, std::vector<std::vector<scheduling::JobIndex>>* after,
               std::map<scheduling::JobIndex, QueuedWork*>* guests);

/// An error for what the scheduler section asks for that queued and harvesting workloads do not have; `path` is that of the jobs.
void RefuseTogether(const WorkSite& site, const scheduling::SchedulerParams& params, const std::string& path);

/// An error for what the jobs section asks for that does not go together, or not with the policy.
void RefuseUnknown(const WorkSite& site, const scheduling::SchedulerParams& params, const std::string& path);

}  // namespace headroom::scenario
