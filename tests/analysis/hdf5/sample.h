#pragma once

#include <string>

#include "analysis/hdf5/report_writer.h"

namespace headroom::report {

Provenance SampleProvenance();

/// A report with every kind of content. rack_power is 1000 * rack + interval W, with a gap at (3,
/// rack-2); intervals end at 10, 20 ... s. Tables hold `rows` rows.
void WriteSample(ReportWriter& report, std::size_t intervals, std::size_t rows);

MetricSet SampleMetrics();

}  // namespace headroom::report
