#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/probe/metric.h"
#include "sim/probe/recorder.h"

namespace headroom::report {

/// What a reader wants first: what ran, how it ended, and its figures.
struct Summary {
  std::string name;
  std::string status;  ///< "incomplete" where the run has not written its end
  double simulated_s = 0.0;
  std::uint64_t seed = 0;
  MetricSet metrics;
};

/// What a series is, without its values.
struct SeriesShape {
  SeriesSpec spec;
  std::size_t rows = 0;
  std::size_t width = 1;       ///< entities
  std::size_t chunk_rows = 1;  ///< rows that are cheap to read together
};

/// A series as it was recorded: `values` row by row, one row per time; NaN is missing.
struct SeriesValues {
  SeriesSpec spec;
  std::vector<double> times;  ///< s from the start, ends of intervals
  std::vector<float> values;
};

/// A report file, open for reading; a partial one too. It may be read while a run writes it only
/// where the file system shows the writer's last flush.
class Report {
 public:
  /// @throws IoError where the file cannot be read, ConfigError "FILE: not a Headroom report" where
  /// it is something else.
  explicit Report(const std::string& path);
  ~Report();
  Report(Report&&) noexcept;
  Report& operator=(Report&&) noexcept;

  const std::string& path() const;
  const Summary& summary() const;
  const std::string& scenario_text() const;
  const std::string& scenario_sha256() const;
  const std::string& program_version() const;
  /// "seconds since 2026-01-01T00:00:00Z"
  const std::string& time_units() const;
  /// Names in the order in which they were announced.
  const std::vector<std::string>& series_names() const;
  /// @throws ConfigError with a suggestion where there is no such series.
  SeriesValues series(const std::string& name) const;
  /// s from the start, ends of intervals.
  const std::vector<double>& times() const;
  /// @throws ConfigError with a suggestion where there is no such series.
  SeriesShape shape(const std::string& name) const;
  /// Rows first ... first + count - 1 of a series, row by row, into `to` (count x width values).
  /// @throws IoError where they cannot be read.
  void ReadRows(const std::string& name, std::size_t first, std::size_t count, float* to) const;
  /// Absolute paths of all tables but the metrics.
  const std::vector<std::string>& table_paths() const;
  /// @throws ConfigError with a suggestion where there is no such table.
  Table table(const std::string& path) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace headroom::report
