#pragma once

#include <vector>

namespace headroom::cost {

/// A figure over time, such as a price or the carbon of the grid: constant, steps from a file, or cosines of a day and a year.
///
///     swing    mean (1 + daily cos(2 pi (h - peak) / 24 h) + seasonal cos(2 pi (d - peak_day) / 365.25 d))
///
/// Steps hold from their row to the next, as settlement intervals do. Times are s from the start of the run.
class Signal {
 public:
  /// Always `value`.
  static Signal Constant(double value);
  struct Swing {
    double mean = 0.0;
    double daily = 0.0, peak = 0.0;         ///< share; s of the day
    double seasonal = 0.0, peak_day = 0.0;  ///< share; s of the year
    double start = 0.0;                     ///< s of the year at which the run begins
  };
  static Signal Cosines(const Swing& swing);
  /// values[i] from i step on, `offset` [s] of which are over when the run begins. With `repeat` the first follows the last; else the last
  /// one holds on.
  static Signal Steps(std::vector<double> values, double step, double offset, bool repeat);

  double At(double time) const;
  /// Mean from `from` to `to`; exact.
  double Mean(double from, double to) const;
  bool constant() const { return kind_ == Kind::kConstant; }
  /// s from the start for which there are values; +inf unless steps end.
  double Ends() const;

 private:
  enum class Kind { kConstant, kCosines, kSteps };
  Kind kind_ = Kind::kConstant;
  double value_ = 0.0;
  Swing swing_;
  std::vector<double> values_;
  double step_ = 0.0, offset_ = 0.0;
  bool repeat_ = false;
};

}  // namespace headroom::cost
