#pragma once

#include <cstddef>
#include <vector>

#include "gui/data/report_file.h"

namespace headroom::gui {

/// A stretch of a line: its middle, and the least, mean and largest value in it. NaN is a gap.
struct TracePoint {
  double time = 0.0;
  float least = 0.0f, mean = 0.0f, largest = 0.0f;
};

struct Trace {
  std::vector<TracePoint> points;
  bool exact = true;  ///< every point a recorded value
  bool whole = true;  ///< as fine as asked for; else more is on its way
};

/// One entity of a series between two times, in about `most` points and one more at either side. Where
/// the values are not in memory they are asked for, and coarser ones stand in meanwhile.
Trace TraceOf(const ReportFile& file, int series, std::size_t entity, double from, double to, int most);

}  // namespace headroom::gui
