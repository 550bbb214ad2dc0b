#pragma once

#include <string>
#include <vector>

namespace headroom::stats {

/// Mean, standard deviation (n - 1) and count of what is finite in `values`.
struct Moments {
  double mean = 0.0;
  double deviation = 0.0;  ///< 0 for fewer than two values
  std::size_t count = 0;
};
Moments MomentsOf(const std::vector<double>& values);

/// Linear interpolation between order statistics of what is finite; NaN of nothing.
double Quantile(std::vector<double> values, double q);

/// Share of the variance of `y` that `group` explains alone: Var(E[y | group]) / Var(y), the
/// correlation ratio. On a full grid it is Sobol's first-order index; on a sample it is biased
/// upwards by (groups - 1) / (points - 1), which is taken off. 0 where y does not vary. Rows whose
/// y is not finite are left out.
double MainEffect(const std::vector<int>& group, const std::vector<double>& y, bool full_grid);

/// Groups of equal values, or ten groups of equal count where more than twenty values differ. NaN
/// is a group of its own.
std::vector<int> GroupsOf(const std::vector<double>& x);
std::vector<int> GroupsOf(const std::vector<std::string>& x);

/// Two-sided p-value of Welch's t-test that two means are equal; 1 where either has fewer than two
/// values, 0 where both do not scatter and differ.
double WelchP(const Moments& a, const Moments& b);

}  // namespace headroom::stats
