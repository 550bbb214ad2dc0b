#pragma once

#include <string>

namespace headroom::report {

/// A value as a person reads it: three significant digits, an SI prefix where the unit takes one,
/// the unit.
///
///     Figure(132400, "W") == "132 kW"    Figure(0.0418, "s") == "41.8 ms"    Figure(4800, "s") ==
///     "1 h 20 min" Figure(16384, "1") == "16384"      Figure(0.41234, "1") == "0.412"
///     Figure(3.2e-7, "USD") == "3.20e-07 USD"
///
/// Whole numbers without a unit keep all their digits; temperatures keep one decimal.
std::string Figure(double value, const std::string& unit);

/// A time in its two largest units: "1 h 20 min", "2 d 3 h", "41.8 ms".
std::string TimeFigure(double seconds);

}  // namespace headroom::report
