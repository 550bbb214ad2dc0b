#pragma once

#include <optional>
#include <string>

#include "analysis/hdf5/report_reader.h"

namespace headroom::report {

/// One JSON object, metrics in the order in which they were set, numbers with as many digits as
/// they need:
///
///     {"name": ..., "status": ..., "simulated_s": ..., "seed": ..., "metrics": {NAME: {"value":
///     ..., "unit": ...}}}
///
/// A metric that is a word has the word as value and "" as unit. `wall_s` is added where given.
/// Ends with a newline.
std::string SummaryJson(const Summary& summary, std::optional<double> wall_s = std::nullopt);

/// What a person reads after a run: aligned, grouped by workload and site, 100 columns at most
/// where names allow it.
std::string SummaryText(const Summary& summary);

}  // namespace headroom::report
