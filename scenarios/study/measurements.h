#pragma once

#include <string>
#include <vector>

#include "scenarios/build/simulation.h"

namespace headroom::study {

/// One measured figure: what a run under `set` should give for `metric`.
struct Measurement {
  std::size_t run = 0;      ///< index into Measurements::runs
  std::string metric;
  double value = 0.0;       ///< in the metric's unit
  double deviation = 0.0;   ///< of the measurement, same unit; 0: not told
  int line = 0;
};

struct Measurements {
  std::string file;
  std::vector<std::vector<std::string>> runs;  ///< PATH=VALUE settings of each run
  std::vector<Measurement> rows;
};

/// How the columns of a file are read.
struct Columns {
  std::string value;  ///< of a table of collectives: the measured column
  std::string unit;   ///< its unit, e.g. "us"
  std::string size = "bytes";
};

/// Reads measurements from CSV; lines that begin with # are comments. Two shapes:
///
///     metric,value[,deviation][,set]     one figure a row, in the metric's own unit; `set` holds PATH=VALUE, several
///                                        with ; between: rows of equal `set` are read off one run
///     bytes,...                          a table of collectives by size, as NCCL-tests print it: `columns.value` is the
///                                        measured time; the scenario's collective workload is run at these sizes
/// @throws ConfigError with file and line of what cannot be read.
Measurements ReadMeasurements(const std::string& path, const Columns& columns, const scenario::Prepared& prepared);

}  // namespace headroom::study
