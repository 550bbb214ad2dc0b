#pragma once

#include <cstdint>
#include <string>

#include "analysis/hdf5/report_reader.h"

namespace headroom::report {

/// Two events of OpenLineage (specification 2-0-2), START and COMPLETE (ABORT of an interrupted or incomplete run, FAIL of
/// one that ended otherwise), a line of JSON each. The job is the scenario by its name; inputs are the scenario, at the version of its
/// SHA-256, and the files that it names; the output is the report, its schema the series and tables in it.
///
/// A report holds no wall-clock time: `event_millis` (since 1970 UTC) is given to both events; `nominalTime` is what the run
/// simulates.
std::string OpenLineage(const Report& report, std::int64_t event_millis);

}  // namespace headroom::report
