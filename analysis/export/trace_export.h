#pragma once

#include <string>
#include <vector>

#include "analysis/export/output.h"
#include "analysis/hdf5/report_reader.h"

namespace headroom::report {

/// A run's timeline (timeline.h) as a Perfetto trace of TrackEvents: ui.perfetto.dev and trace_processor open it. Times in
/// nanoseconds from the start of the run.
void WritePerfetto(const Report& report, const std::vector<std::string>& series, Output& out);

/// The same as JSON in the Trace Event Format of Chrome: a process per group of tracks, a thread per lane. For small traces;
/// viewers hold all of it in memory.
void WriteChromeTrace(const Report& report, const std::vector<std::string>& series, Output& out);

}  // namespace headroom::report
