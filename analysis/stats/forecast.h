#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace headroom::stats {

/// A change of the error that goes on, by a straight line through the errors (measured less predicted) over time. Errors of neighbouring
/// rows are alike, so n of them say as much as n (1 - r) / (1 + r) independent ones, r their correlation from row to row (Santer et
/// al. 2000, J. Geophys. Res. 105, 7337); the interval is Student's at 95 %.
struct Drift {
  double slope = 0.0, low = 0.0, high = 0.0;  ///< per second
  double effective = 0.0;                     ///< independent rows
  bool beyond_chance() const { return low > 0.0 || high < 0.0; }
};

/// How well a series was foreseen.
struct ForecastScore {
  std::size_t rows = 0;           ///< measured and predicted
  double mean = 0.0;              ///< of the measured
  double rmse = 0.0;
  double bias = 0.0;              ///< mean of measured less predicted
  double cv_rmse = 0.0;           ///< rmse over |mean|
  double nmbe = 0.0;              ///< bias over mean
  std::size_t persisted = 0;      ///< rows that a persistence forecast has too
  double rmse_persistence = 0.0;  ///< over those
  std::optional<double> skill;    ///< 1 - RMSE / RMSE of persistence, over those; none without such rows or with nothing to foresee
  std::optional<Drift> drift;     ///< none where fewer than three independent rows are left
};

/// Judges `predicted` against `measured` at `times` [s, rising]; rows with a value that is not finite are left out. Persistence says at t what
/// was last measured at or before t - horizon, if that is no older than t - 2 horizon.
ForecastScore ScoreForecast(const std::vector<double>& times, const std::vector<double>& measured,
                            const std::vector<double>& predicted, double horizon);

}  // namespace headroom::stats
