#pragma once

#include "scenarios/build/simulation.h"

namespace headroom::runs {

/// The metrics of one run that leaves no report. A process has one run: see child_runs.h.
/// @throws ConfigError where the work cannot run
MetricSet RunQuietly(const scenario::Prepared& prepared);

}  // namespace headroom::runs
