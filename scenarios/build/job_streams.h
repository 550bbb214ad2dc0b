#pragma once

#include <string>

#include "models/jobs/batch_job.h"
#include "scenarios/build/work.h"

namespace headroom::scenario {

/// The jobs of a workload, from its trace or its distributions; what was done to a trace's rows is told as warnings.
/// Errors go to the context; the stream is empty then.
jobs::JobStream StreamOf(const WorkSite& site, const std::string& path);

}  // namespace headroom::scenario
