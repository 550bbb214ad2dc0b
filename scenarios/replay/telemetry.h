#pragma once

#include <string>
#include <vector>

namespace headroom::replay {

/// One column of measurements.
struct Signal {
  std::string name;    ///< as in the file, without its unit: "site_power", "rack_group_power:row/cdu-1"
  std::string series;  ///< before the colon
  std::string entity;  ///< after it; empty: none
  std::string unit;    ///< of the values here: W, degC, or as the file has it where it is neither
  std::vector<double> values;  ///< NaN where missing
};

struct Telemetry {
  std::string file;
  std::vector<double> times;  ///< s from the first row, rising
  std::vector<Signal> signals;
  double step = 0.0;          ///< s, the median from row to row
  const Signal* Find(const std::string& name) const;
};

/// Reads CSV: lines that begin with # are comments, the first other one names the columns. `time` holds seconds, or times as
/// 2026-01-31T06:30:00Z (a blank for the T; no offset is UTC). Each other column is SERIES or SERIES:ENTITY of a report, with the unit of its values in
/// brackets where that is not the report's own: `site_power (kW)`. Powers become W, temperatures degC. Empty cells, NA and nan are missing.
/// @throws ConfigError with the line: times that do not rise, cells that are no numbers, units of another kind, twice the same column, no two rows.
Telemetry ReadTelemetry(const std::string& path);

}  // namespace headroom::replay
