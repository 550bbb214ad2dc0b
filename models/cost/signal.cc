#include "models/cost/signal.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "sim/core/check.h"

namespace headroom::cost {
namespace {
constexpr double kTurn = 2.0 * 3.14159265358979323846;
constexpr double kDay = 86400.0, kYear = 365.25 * kDay;

/// Mean of cos(2 pi (t - peak) / period) over from..to.
double CosineMean(double from, double to, double peak, double period) {
  const double w = kTurn / period;
  if (to - from < 1e-6 * period) return std::cos(w * (0.5 * (from + to) - peak));
  return (std::sin(w * (to - peak)) - std::sin(w * (from - peak))) / (w * (to - from));
}
}  // namespace

Signal Signal::Constant(double value) {
  Signal s;
  s.value_ = value;
  return s;
}

Signal Signal::Cosines(const Swing& swing) {
  Signal s;
  s.kind_ = Kind::kCosines;
  s.swing_ = swing;
  return s;
}

Signal Signal::Steps(std::vector<double> values, double step, double offset, bool repeat) {
  HR_CHECK(!values.empty() && step > 0.0 && offset >= 0.0, values.size(), step, offset);
  Signal s;
  s.kind_ = Kind::kSteps;
  s.values_ = std::move(values);
  s.step_ = step;
  s.offset_ = offset;
  s.repeat_ = repeat;
  return s;
}

double Signal::Ends() const {
  if (kind_ != Kind::kSteps || repeat_) return std::numeric_limits<double>::infinity();
  return static_cast<double>(values_.size()) * step_ - offset_;
}

double Signal::At(double time) const { return Mean(time, time); }

double Signal::Mean(double from, double to) const {
  if (kind_ == Kind::kConstant) return value_;
  if (kind_ == Kind::kCosines) {
    const double a = from + swing_.start, b = to + swing_.start;
    return swing_.mean * (1.0 + swing_.daily * CosineMean(a, b, swing_.peak, kDay) +
                          swing_.seasonal * CosineMean(a, b, swing_.peak_day, kYear));
  }
  const auto at = [&](double index) {
    const auto n = static_cast<double>(values_.size());
    const double i = repeat_ ? std::fmod(index, n) : std::min(index, n - 1.0);
    return values_[static_cast<std::size_t>(i)];
  };
  const double a = (from + offset_) / step_, b = (to + offset_) / step_;
  // A step that begins a rounding error before a boundary counts as behind it.
  const double first = std::floor(a + 1e-9);
  if (b <= first + 1.0 + 1e-9 || b <= a) return at(first);
  double sum = at(first) * (first + 1.0 - a);
  for (double i = first + 1.0; i < b; i += 1.0) sum += at(i) * (std::min(b, i + 1.0) - i);
  return sum / (b - a);
}

}  // namespace headroom::cost
