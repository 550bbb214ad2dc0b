#pragma once

#include "scenarios/build/simulation.h"

namespace headroom::study {

/// The metrics of one run that leaves no report. A process has one run: see forked_runs.h.
/// @throws ConfigError where the work cannot run
MetricSet RunQuietly(const scenario::Prepared& prepared);

}  // namespace headroom::study
