#pragma once

#include <map>
#include <vector>

#include "models/jobs/batch_job.h"
#include "models/scheduling/scheduler.h"
#include "scenarios/build/work.h"

namespace headroom::scenario {

/// What the jobs ask of where they lie, what they draw, and which part of an accelerator they take, from `jobs` and its list
/// and, for those in `queued`, their own section. Fills what placements need to know of all jobs. Errors go to the context: a
/// request that the placement does not heed, that the policy cannot wait for, or that can never be met.
void FillRequests(const WorkSite& site, const scheduling::FloorShape& shape, const jobs::JobStream& stream,
                  const std::map<scheduling::JobIndex, const schema::Queued*>& queued, double watts,
                  scheduling::SchedulerParams* params, std::vector<scheduling::Job>* jobs);

}  // namespace headroom::scenario
