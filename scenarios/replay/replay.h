#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/stats/forecast.h"
#include "scenarios/build/simulation.h"
#include "scenarios/replay/measured_site.h"
#include "scenarios/replay/telemetry.h"

namespace headroom::replay {

struct ReplayOptions {
  bool drive = false;             ///< measured loads in place of the scenario's workloads
  std::optional<double> horizon;  ///< of the persistence forecast [s]; default: 1 h, of less than 10 h a tenth
  std::optional<double> warm_up;  ///< from the start, not judged [s]; default: 30 min, of less than 5 h a tenth
  std::optional<double> bridge;   ///< longest gap of what drives that is bridged [s]; default: 15 min, at least 3 rows
};

/// One signal beside the twin's.
struct JudgedSignal {
  std::string name, unit, long_name;
  std::vector<double> measured, twin;  ///< by row of the telemetry; NaN where missing
  std::size_t missing = 0;             ///< rows without a measured value
  std::size_t left_out = 0;            ///< rows of the warm-up and of gaps in what drives
  stats::ForecastScore score;
  bool temperature() const { return unit == "degC"; }
  /// The error moves beyond chance, and over the time judged by more than 1 % of the mean, 0.5 K for temperatures.
  bool drifts() const;
  double judged_seconds = 0.0;
};

struct Replay {
  scenario::Outcome outcome;
  std::vector<JudgedSignal> signals;
  std::vector<Gap> gaps;
  std::vector<std::string> driven;  ///< groups of racks
  double horizon = 0.0, warm_up = 0.0, bridge = 0.0;
  double step = 0.0, length = 0.0;  ///< of the telemetry [s]
  std::size_t rows = 0;
  std::vector<double> times;
};

/// Runs the scenario over the time of the telemetry, which begins at its first row, and judges every column that does not drive. A measured value counts for the
/// median step up to its time: it is held against the twin's mean over that, or its last value where the series holds points. Without `drive` the scenario's own
/// workloads draw the power, and the twin is a shadow. Records at the telemetry's step; `next` takes what is recorded, null for nobody.
/// @throws ConfigError where telemetry and scenario do not fit, IoError
Replay RunReplay(const scenario::Prepared& prepared, const Telemetry& telemetry, const ReplayOptions& options, Recorder* next,
                 const scenario::Watch& watch);

std::string ReplayText(const Replay& replay);
std::string ReplayJson(const Replay& replay);
std::string ReplayCsv(const Replay& replay);
/// `/replay/scores` and a table of time, measured and twin per signal, `/replay/1` and so on.
std::vector<Table> ReplayTables(const Replay& replay);
/// `replay.SIGNAL.skill`, `.rmse`, `.cv_rmse`, `.nmbe`, `.drift`
void AddReplayMetrics(const Replay& replay, MetricSet* metrics);

}  // namespace headroom::replay
