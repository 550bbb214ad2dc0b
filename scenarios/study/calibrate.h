#pragma once

#include <functional>
#include <string>
#include <vector>

#include "analysis/fit/least_squares.h"
#include "scenarios/study/measurements.h"
#include "scenarios/study/parameter.h"

namespace headroom::study {

/// How near predictions are to measurements that no fit has seen. ASHRAE Guideline 14-2014 accepts a calibrated model of
/// hourly data with a CV-RMSE up to 30 % and an NMBE within 10 %.
struct Judgement {
  std::string unit;
  std::size_t rows = 0;
  double cv_rmse = 0.0;       ///< root mean square error over the mean of the measured
  double nmbe = 0.0;          ///< mean of measured less predicted, over the mean of the measured
  double median_error = 0.0;  ///< of |predicted - measured| / |measured|
  bool within_guideline() const { return cv_rmse <= 0.3 && nmbe <= 0.1 && nmbe >= -0.1; }
};
Judgement Judge(const std::vector<double>& measured, const std::vector<double>& predicted);

struct FittedParameter {
  Parameter parameter;
  double before = 0.0, value = 0.0, low = 0.0, high = 0.0;  ///< SI; low and high bound 95 %
  bool identified = true, at_bound = false;
  std::string confounded_with;
};

struct Calibration {
  std::vector<FittedParameter> parameters;  ///< of the fit on all rows
  std::vector<Judgement> before;            ///< by unit: the scenario as it stands, all rows
  std::vector<Judgement> held_out;          ///< by unit: every row, by the fit on the other half
  double median_even_odd = 0.0;             ///< median error of odd rows by the fit on even ones
  double median_odd_even = 0.0;
  std::size_t rows = 0;
  int runs = 0;
  bool converged = true;
};

/// Predictions of every row at several values of the parameters; an empty one where a run cannot be.
using Predict = std::function<std::vector<std::vector<double>>(const std::vector<std::vector<double>>& values)>;
/// Fits `parameters` to the rows: on all of them, and for the judgement on the even ones to judge the odd ones and the
/// other way round. Parameters are positive and are fitted as logarithms; errors are relative, except for temperatures,
/// whose errors count in kelvin, and where a deviation is given.
Calibration Calibrate(const std::vector<Parameter>& parameters, const Measurements& measurements,
                      const std::vector<std::string>& units, const Predict& predict);

std::string CalibrationText(const Calibration& calibration);
std::string CalibrationJson(const Calibration& calibration);
/// A file that a scenario includes: data sheets with the fitted values and where they come from.
std::string Overlay(const scenario::Prepared& prepared, const Calibration& calibration, const std::string& measurements);

}  // namespace headroom::study
