#pragma once

#include <string>
#include <vector>

#include "sim/probe/recorder.h"

namespace headroom::report {

/// What a sweep collected: figures over (point, metric), with what was varied beside them.
struct SweepTable {
  std::string title;
  std::string program_version;
  std::string digest;  ///< of the plan
  std::size_t points = 0;
  std::vector<Column> coordinates;  ///< one value per point
  std::vector<std::string> metrics;
  std::vector<std::string> units;  ///< of the metrics
  std::vector<double>
      values;  ///< row by row, one row per point; NaN where a point has no such figure
  std::vector<Column> words;  ///< figures that are words, and what else is told of a point
  std::vector<Table> tables;  ///< further tables, each in a group of its own
};

/// Writes `path` in one step, in the shape of docs/formats/sweep.md. Equal tables give equal bytes.
/// @throws IoError
void WriteSweep(const std::string& path, const SweepTable& table);

/// What WriteSweep() wrote. @throws IoError where the file cannot be read, ConfigError "FILE: not a
/// collected sweep" where it is something else.
SweepTable ReadSweep(const std::string& path);

}  // namespace headroom::report
