#pragma once

#include <cmath>
#include <cstdint>

namespace headroom::compute {

inline constexpr double kSagSeconds = 5e-4;  ///< of a product at which half of the power limit's slowdown is paid

/// Smallest whole number >= x, for 0 <= x < 2^62; quicker than the library's function.
inline double Ceil(double x) {
  const auto whole = static_cast<double>(static_cast<std::int64_t>(x));
  return whole < x ? whole + 1.0 : whole;
}

/// FLOP of a tile of m x n for one k, its arithmetic joined with the loading of its operands: `load` is the number of columns for which
/// a multiprocessor computes while it loads one row or column.
inline double TileWork(double m, double n, double load) {
  const auto fourth = [](double x) { return (x * x) * (x * x); };
  return 2.0 * std::sqrt(std::sqrt(fourth(m * n) + fourth(load * (m + n))));
}

/// Tiles that fill the machine `share` times, in waves of which the share `wave` is paid whole.
inline double Waves(double share, double wave) {
  return (1.0 - wave) * (share > 1.0 ? share : 1.0) + wave * Ceil(share);
}

}  // namespace headroom::compute
