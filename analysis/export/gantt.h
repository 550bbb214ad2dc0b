#pragma once

#include <string>

#include "analysis/hdf5/report_reader.h"

namespace headroom::report {

/// When work ran, as figures: a row per workload that trains, answers or measures (gaps are where it stood), with the site's events across, and
/// for every stream of jobs the accelerators that each job held over time. Of more than kMostStays stays the largest are drawn and the rest counted.
std::string GanttHtml(const Report& report);

inline constexpr std::size_t kMostStays = 3000;

}  // namespace headroom::report
