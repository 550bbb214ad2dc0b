#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "sim/probe/metric.h"
#include "sim/probe/recorder.h"

namespace headroom::report {

/// Where a report comes from; stands in the attributes of its root.
struct Provenance {
  std::string title;            ///< the scenario's name
  std::string scenario_text;    ///< the resolved scenario
  std::string scenario_sha256;  ///< of `scenario_text`; computed where empty
  std::uint32_t schema_version = 1;
  std::uint64_t seed = 1;
  std::string program_version;
  std::string start_time = "2026-01-01T00:00:00Z";  ///< UTC at the start of the run
};

/// Writes one report: an HDF5 file in netCDF-4/CF-1.8 shape (docs/formats/report.md).
///
///     ReportWriter report("run.h5", provenance);      // run.h5.partial appears
///     SeriesId power = report.AddSeries({...});
///     report.Put(power, 3, 41e3); report.EndInterval(1.0);
///     report.Finish("done", 3600.0, metrics);         // run.h5.partial becomes run.h5
///
/// The final name appears only when the file is whole, and replaces an earlier report in that
/// instant. Without Finish() the partial file stays, readable, with status "incomplete". Holds no
/// wall-clock time: equal calls give equal bytes. Throws IoError where the file cannot be written.
class ReportWriter final : public Recorder {
 public:
  ReportWriter(const std::string& path, const Provenance& provenance);
  ~ReportWriter() override;
  ReportWriter(const ReportWriter&) = delete;
  ReportWriter& operator=(const ReportWriter&) = delete;

  /// A series without entities is accepted and left out of the file.
  SeriesId AddSeries(const SeriesSpec& spec) override;
  void Put(SeriesId series, std::size_t entity, double value) override;
  /// Every 256 intervals at most (fewer where series are wide) the file is brought to a readable
  /// state.
  void EndInterval(double time) override;
  void WriteTable(const Table& table) override;
  /// Brings the partial file to a readable state with everything up to the last interval in it.
  void Flush();
  /// Writes the metrics, closes, and gives the file its final name. Nothing may follow.
  void Finish(const std::string& status, double simulated_s, const MetricSet& metrics);
  /// Name of the file while it is written.
  const std::string& partial_path() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace headroom::report
