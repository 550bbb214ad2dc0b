#include "scenarios/study/calibrate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/core/diagnostics.h"

namespace headroom::study {
namespace {

using Rows = std::vector<std::size_t>;

double ScaleOf(const Measurement& row, const std::string& unit) {
  if (row.deviation > 0.0) return row.deviation;
  if (unit == "degC" || unit == "K") return 1.0;
  if (row.value == 0.0) throw ConfigError(fmt::format("the measurement on line {} is 0; give it a deviation", row.line));
  return std::abs(row.value);
}

double MedianOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return n == 0 ? 0.0 : n % 2 ? values[n / 2] : 0.5 * (values[n / 2 - 1] + values[n / 2]);
}

}  // namespace

Judgement Judge(const std::vector<double>& measured, const std::vector<double>& predicted) {
  Judgement j;
  j.rows = measured.size();
  double mean = 0.0, square = 0.0, bias = 0.0;
  std::vector<double> errors;
  for (std::size_t i = 0; i < measured.size(); ++i) {
    const double miss = measured[i] - predicted[i];
    mean += measured[i];
    square += miss * miss;
    bias += miss;
    if (measured[i] != 0.0) errors.push_back(std::abs(miss / measured[i]));
  }
  const double n = static_cast<double>(std::max<std::size_t>(1, j.rows));
  mean /= n;
  j.cv_rmse = std::sqrt(square / n) / std::abs(mean);
  j.nmbe = bias / n / mean;
  j.median_error = MedianOf(errors);
  return j;
}

namespace {

/// A fit on some of the rows.
class Fitting {
 public:
  Fitting(const std::vector<Parameter>& parameters, const Measurements& m, const std::vector<std::string>& units,
          const Predict& predict)
      : parameters_(parameters), m_(m), predict_(predict) {
    for (std::size_t i = 0; i < m.rows.size(); ++i) scale_.push_back(ScaleOf(m.rows[i], units[i]));
    for (const Parameter& p : parameters) {
      if (!(p.value > 0.0)) throw ConfigError(p.text + " is not positive; only positive parameters are fitted");
      const double low = p.low > 0.0 ? std::max(p.low, p.value / kReach) : p.value / kReach;
      bounds_.push_back({std::log(low), std::log(std::min(p.high, p.value * kReach))});
      start_.push_back(std::log(p.value));
    }
  }

  fit::Fit On(const Rows& rows) const {
    return fit::LeastSquares(
        [&](const std::vector<fit::Values>& at) {
          std::vector<fit::Values> out;
          for (const std::vector<double>& predicted : At(at)) {
            fit::Values& residuals = out.emplace_back();
            if (predicted.empty()) continue;
            for (const std::size_t r : rows) residuals.push_back((predicted[r] - m_.rows[r].value) / scale_[r]);
          }
          return out;
        },
        start_, bounds_);
  }

  std::vector<std::vector<double>> At(const std::vector<fit::Values>& logs) const {
    std::vector<std::vector<double>> values = logs;
    for (auto& v : values)
      for (double& x : v) x = std::exp(x);
    return predict_(values);
  }
  std::vector<double> Predicted(const fit::Fit& f) const {
    fit::Values at;
    for (const fit::Estimate& e : f.estimates) at.push_back(e.value);
    return At({at}).front();
  }
  const fit::Values& start() const { return start_; }

 private:
  static constexpr double kReach = 50.0;  ///< how far a parameter may move, as a factor
  const std::vector<Parameter>& parameters_;
  const Measurements& m_;
  const Predict& predict_;
  std::vector<double> scale_;
  std::vector<fit::Bound> bounds_;
  fit::Values start_;
};

std::vector<Judgement> JudgeByUnit(const Measurements& m, const std::vector<std::string>& units,
                                   const std::vector<double>& predicted) {
  std::map<std::string, std::pair<std::vector<double>, std::vector<double>>> by_unit;
  for (std::size_t r = 0; r < m.rows.size(); ++r) {
    by_unit[units[r]].first.push_back(m.rows[r].value);
    by_unit[units[r]].second.push_back(predicted[r]);
  }
  std::vector<Judgement> out;
  for (const auto& [unit, rows] : by_unit) {
    out.push_back(Judge(rows.first, rows.second));
    out.back().unit = unit;
  }
  return out;
}

double MedianError(const Measurements& m, const std::vector<double>& predicted, const Rows& rows) {
  std::vector<double> measured, found;
  for (const std::size_t r : rows) {
    measured.push_back(m.rows[r].value);
    found.push_back(predicted[r]);
  }
  return Judge(measured, found).median_error;
}

}  // namespace

Calibration Calibrate(const std::vector<Parameter>& parameters, const Measurements& m,
                      const std::vector<std::string>& units, const Predict& predict) {
  const Fitting fitting(parameters, m, units, predict);
  Rows all, even, odd;
  for (std::size_t r = 0; r < m.rows.size(); ++r) {
    all.push_back(r);
    (r % 2 ? odd : even).push_back(r);
  }
  Calibration out;
  out.rows = m.rows.size();
  const std::vector<double> before = fitting.At({fitting.start()}).front();
  if (before.empty()) throw ConfigError("the scenario as it stands cannot run");
  out.before = JudgeByUnit(m, units, before);
  const fit::Fit whole = fitting.On(all);
  out.runs = whole.evaluations;
  out.converged = whole.converged;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const fit::Estimate& e = whole.estimates[i];
    FittedParameter f;
    f.parameter = parameters[i];
    f.before = parameters[i].value;
    f.value = std::exp(e.value);
    f.low = std::exp(e.low);
    f.high = std::exp(e.high);
    f.identified = e.identified && e.high - e.low < 2.0;  // a factor of 2.7 to either side says nothing
    f.at_bound = e.at_bound;
    if (e.confounded_with >= 0) f.confounded_with = parameters[e.confounded_with].text;
    out.parameters.push_back(f);
  }
  if (even.size() < parameters.size() || odd.size() < parameters.size()) return out;
  const fit::Fit by_even = fitting.On(even), by_odd = fitting.On(odd);
  out.runs += by_even.evaluations + by_odd.evaluations + 3;
  const std::vector<double> from_even = fitting.Predicted(by_even), from_odd = fitting.Predicted(by_odd);
  std::vector<double> unseen(m.rows.size());
  for (const std::size_t r : odd) unseen[r] = from_even[r];
  for (const std::size_t r : even) unseen[r] = from_odd[r];
  out.held_out = JudgeByUnit(m, units, unseen);
  out.median_even_odd = MedianError(m, from_even, odd);
  out.median_odd_even = MedianError(m, from_odd, even);
  return out;
}

}  // namespace headroom::study
