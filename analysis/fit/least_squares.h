#pragma once

#include <functional>
#include <vector>

namespace headroom::fit {

using Values = std::vector<double>;

/// Residuals of a model at several parameter vectors at once, so that a caller may compute them in parallel. All have
/// the same length. An empty vector says that the model does not exist there.
using Residuals = std::function<std::vector<Values>(const std::vector<Values>& at)>;

struct Bound {
  double low = 0.0, high = 0.0;
};

struct Options {
  int iterations = 40;
  double step = 1e-3;       ///< of the one-sided differences
  double tolerance = 1e-7;  ///< relative change of the cost, and change of a parameter, at which it ends
  bool robust = true;       ///< Huber's weights, so that single outliers do not lead
};

/// A parameter as the data say it.
struct Estimate {
  double value = 0.0;
  double deviation = 0.0;  ///< standard error; infinite where the data do not say it
  double low = 0.0, high = 0.0;  ///< 95 % confidence, by Student's t
  bool identified = true;
  int confounded_with = -1;  ///< another parameter that the data cannot tell from it (correlation over 0.98)
  bool at_bound = false;
};

struct Fit {
  std::vector<Estimate> estimates;
  double scatter = 0.0;  ///< standard deviation of the residuals, degrees of freedom counted
  int iterations = 0;
  int evaluations = 0;   ///< of the model
  bool converged = false;
};

/// Levenberg-Marquardt: minimises the sum of rho(r_i(p)) within bounds, rho being r^2 / 2, or Huber's with k = 1.345
/// robust deviations (Huber 1964), solved by weights anew in each iteration.
///
///     (J' W J + lambda diag(J' W J)) dp = -J' W r
///
/// The covariance is Huber's sandwich, s^2 E[psi^2] / E[psi']^2 (J' J)^-1 with n - p degrees of freedom; for plain least
/// squares it is s^2 (J' J)^-1. A parameter whose column of J is null, or that stands in the null space of J (singular
/// value below 1e-6 of the largest after scaling columns), is not identified.
///
/// Its own hundred lines rather than Ceres or NLopt: problems here have up to a dozen parameters and a model that is
/// a whole run, so the solver's speed does not count, while Ceres would load glog and SuiteSparse at each start of the
/// command.
/// @throws ConfigError with fewer residuals than parameters, or where the model does not exist at the start.
Fit LeastSquares(const Residuals& residuals, Values start, const std::vector<Bound>& bounds,
                 const Options& options = {});

}  // namespace headroom::fit
