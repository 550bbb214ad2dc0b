#pragma once

#include <span>
#include <vector>

namespace headroom {

/// The value below which the share `share` of `sorted` lies, linear between order statistics: at
/// position share * (n - 1), counted from 0 (Hyndman and Fan's definition 7, numpy's default).
///
/// `sorted` ascends and is not empty; share in [0, 1]. The percentiles of 1, 2, 3, 4 at 0, 0.5, 1
/// are 1, 2.5, 4.
double PercentileOfSorted(std::span<const double> sorted, double share);

/// The same of values in any order; NaN where there are none.
double Percentile(std::vector<double> values, double share);

}  // namespace headroom
