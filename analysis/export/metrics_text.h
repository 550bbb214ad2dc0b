#pragma once

#include <string>

#include "analysis/export/output.h"
#include "analysis/hdf5/report_reader.h"

namespace headroom::report {

/// The figures as `metric,value,unit` lines.
std::string MetricsCsv(const Report& report);

/// One table or series of a report as CSV, a column per entity and the time first; a series in blocks. @throws
/// ConfigError for an unknown name.
void WriteTableCsv(const Report& report, const std::string& name, Output& out);

/// The figures in the OpenMetrics text format 1.0: gauges named headroom_..., the workload and the
/// rest of a name that varies as labels; no timestamps. Words become info-like gauges of value 1
/// with the word as a label.
std::string OpenMetrics(const Report& report);

}  // namespace headroom::report
