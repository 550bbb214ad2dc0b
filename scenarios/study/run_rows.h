#pragma once

#include <string>
#include <vector>

#include "scenarios/study/calibrate.h"

namespace headroom::study {

/// Measurements that runs of a scenario predict, each list of settings by a run in a child process. Outlives its predictions.
class RunRows {
 public:
  /// `file`, `overrides` and `variant`: of the scenario, for the runs with settings of their own.
  RunRows(const scenario::Prepared& prepared, const std::string& file, const std::vector<std::string>& overrides,
          const std::string& variant, const Measurements& measurements);
  /// Of every row, from a run of the scenario as it stands. @throws ConfigError with the line of a metric that the run does not have.
  std::vector<std::string> Units() const;
  Predict By(const std::vector<Parameter>& parameters) const;

 private:
  [[noreturn]] void Missing(const Measurement& m) const;
  const Measurements& measurements_;
  std::vector<scenario::Prepared> runs_;
  std::vector<std::vector<std::string>> series_;  ///< of each run
};

}  // namespace headroom::study
