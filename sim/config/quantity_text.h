#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace headroom::config {

/// A value read from text, or why it could not be.
struct QuantityResult {
  double value =
      0.0;  ///< SI: data in bytes and bytes per second, shares as fractions, temperatures in kelvin
  std::string error;  ///< empty where it was read
  bool ok() const { return error.empty(); }
};

/// Reads a number with its unit; the unit must have the dimension of `canonical_unit` (see
/// unit_table.cc).
///
///     ParseQuantity("400 Gbps", "GB/s").value == 5e10
///     ParseQuantity("5", "h").error == "5 is a bare number; write a unit, for example 5 h"
///     ParseQuantity("5 kW", "min").error == "5 kW is a power; a time is due, for example 10 min"
QuantityResult ParseQuantity(std::string_view text, std::string_view canonical_unit);

/// The shortest text that ParseQuantity reads as exactly `si`: in the canonical unit, or in one of
/// its kin where that is shorter by three digits or more (`1 GiB` for 1073741824 B).
std::string FormatQuantity(double si, std::string_view canonical_unit);

/// Reads a finite number without a unit.
QuantityResult ParseNumber(std::string_view text);

/// "a power is due, for example 10 MW".
std::string QuantityDue(std::string_view canonical_unit);

/// Every spelling of a unit with the dimension of `canonical_unit`, that one first.
std::vector<std::string> UnitsLike(std::string_view canonical_unit);

}  // namespace headroom::config
