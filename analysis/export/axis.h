#pragma once

#include <string>

namespace headroom::report {

/// A round step that divides `span` in about `ticks`.
double NiceStep(double span, int ticks);

struct Axis {
  double from = 0.0, to = 1.0, step = 0.25;
};
/// Round bounds around `low` and `high`.
Axis NiceAxis(double low, double high, bool from_zero);

/// A label of an axis whose ticks are `step` apart.
std::string Tick(double value, double step);

struct TimeUnit {
  double seconds;
  const char* name;
};
/// The unit in which a time axis of `span` seconds is labelled.
TimeUnit TimeUnitFor(double span);

/// Ticks and labels of a time axis from 0 to `span` s as SVG, from `left` to `right` at height `base` and below it.
std::string TimeAxisSvg(double span, double left, double right, double base);

}  // namespace headroom::report
