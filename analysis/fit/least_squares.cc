#include "analysis/fit/least_squares.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/fit/student.h"
#include "sim/core/diagnostics.h"

namespace headroom::fit {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kHuber = 1.345;
constexpr double kNull = 1e-6;
constexpr double kConfounded = 0.98;

VectorXd Vector(const Values& v) { return Eigen::Map<const VectorXd>(v.data(), static_cast<Eigen::Index>(v.size())); }

double RobustScale(const VectorXd& r) {
  std::vector<double> a(r.data(), r.data() + r.size());
  for (double& x : a) x = std::abs(x);
  std::nth_element(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(a.size() / 2), a.end());
  return 1.4826 * a[a.size() / 2];
}

/// Huber's rho, and its weight, at threshold t; t infinite: plain squares.
double Rho(double r, double t) {
  const double a = std::abs(r);
  return a <= t ? 0.5 * a * a : t * (a - 0.5 * t);
}
double Weight(double r, double t) { return std::abs(r) <= t ? 1.0 : t / std::abs(r); }

double Cost(const VectorXd& r, double t) {
  double sum = 0.0;
  for (Eigen::Index i = 0; i < r.size(); ++i) sum += Rho(r[i], t);
  return sum;
}

class Solver {
 public:
  Solver(const Residuals& residuals, Values start, const std::vector<Bound>& bounds, const Options& options)
      : residuals_(residuals), p_(std::move(start)), bounds_(bounds), options_(options) {
    for (std::size_t j = 0; j < p_.size(); ++j) p_[j] = std::clamp(p_[j], bounds_[j].low, bounds_[j].high);
  }

  Fit Run() {
    Linearise();
    if (r_.size() == 0) throw ConfigError("the model does not exist at the starting values");
    if (r_.size() < static_cast<Eigen::Index>(p_.size()))
      throw ConfigError("there are fewer measurements than parameters to fit");
    double lambda = 1e-3;
    for (out_.iterations = 0; out_.iterations < options_.iterations && !out_.converged; ++out_.iterations) {
      const double t = Threshold();
      if (!Step(t, &lambda)) break;
      Linearise();
    }
    Estimates();
    return std::move(out_);
  }

 private:
  double Threshold() const {
    const double scale = options_.robust ? kHuber * RobustScale(r_) : 0.0;
    return scale > 0.0 ? scale : std::numeric_limits<double>::infinity();
  }

  std::vector<Values> Evaluate(const std::vector<Values>& at) {
    out_.evaluations += static_cast<int>(at.size());
    return residuals_(at);
  }

  /// Residuals and their derivatives at p_, in one call of the model.
  void Linearise() {
    std::vector<Values> at{p_};
    std::vector<double> steps;
    for (std::size_t j = 0; j < p_.size(); ++j) {
      const double step = p_[j] + options_.step <= bounds_[j].high ? options_.step : -options_.step;
      steps.push_back(step);
      at.push_back(p_);
      at.back()[j] += step;
    }
    const std::vector<Values> found = Evaluate(at);
    r_ = Vector(found[0]);
    j_ = MatrixXd::Zero(r_.size(), static_cast<Eigen::Index>(p_.size()));
    for (std::size_t j = 0; j < p_.size(); ++j)
      if (found[j + 1].size() == found[0].size())
        j_.col(static_cast<Eigen::Index>(j)) = (Vector(found[j + 1]) - r_) / steps[j];
  }

  /// Moves p_ downhill; false where no damping does.
  bool Step(double t, double* lambda) {
    VectorXd w(r_.size());
    for (Eigen::Index i = 0; i < r_.size(); ++i) w[i] = Weight(r_[i], t);
    const MatrixXd a = j_.transpose() * w.asDiagonal() * j_;
    const VectorXd g = j_.transpose() * w.asDiagonal() * r_;
    const double before = Cost(r_, t);
    for (int tries = 0; tries < 12; ++tries, *lambda *= 10.0) {
      MatrixXd damped = a;
      for (Eigen::Index k = 0; k < a.rows(); ++k) damped(k, k) += *lambda * a(k, k) + 1e-12;
      const VectorXd dp = damped.ldlt().solve(-g);
      Values next = p_;
      double moved = 0.0;
      for (std::size_t k = 0; k < next.size(); ++k) {
        next[k] = std::clamp(next[k] + dp[static_cast<Eigen::Index>(k)], bounds_[k].low, bounds_[k].high);
        moved = std::max(moved, std::abs(next[k] - p_[k]));
      }
      if (moved < options_.tolerance) {
        out_.converged = true;
        return true;
      }
      const Values found = Evaluate({next}).front();
      if (found.size() != static_cast<std::size_t>(r_.size())) continue;
      const double after = Cost(Vector(found), t);
      if (!(after < before)) continue;
      p_ = next;
      *lambda = std::max(1e-12, *lambda * 0.1);
      out_.converged = before - after < options_.tolerance * before;
      return true;
    }
    out_.converged = true;  // at the floor of rounding and of the model's own steps
    return false;
  }

  void Estimates() {
    const auto n = static_cast<double>(r_.size());
    const auto p = static_cast<Eigen::Index>(p_.size());
    const double t = Threshold(), freedom = std::max(1.0, n - static_cast<double>(p));
    double psi2 = 0.0, inside = 0.0;
    for (Eigen::Index i = 0; i < r_.size(); ++i) {
      const double psi = std::clamp(r_[i], -t, t);
      psi2 += psi * psi;
      inside += std::abs(r_[i]) <= t ? 1.0 : 0.0;
    }
    const double share = inside / n;
    // Huber's correction for few data per parameter.
    const double correction = 1.0 + static_cast<double>(p) / n * (1.0 - share) / share;
    const double variance = correction * correction * psi2 / freedom / (share * share);
    out_.scatter = std::sqrt(psi2 / freedom);

    VectorXd scale(p);
    for (Eigen::Index k = 0; k < p; ++k) scale[k] = j_.col(k).norm();
    const double largest = scale.maxCoeff();
    MatrixXd scaled = j_;
    for (Eigen::Index k = 0; k < p; ++k)
      if (scale[k] > 0.0) scaled.col(k) /= scale[k];
    const Eigen::JacobiSVD<MatrixXd> svd(scaled, Eigen::ComputeThinU | Eigen::ComputeThinV);
    MatrixXd covariance = MatrixXd::Zero(p, p);
    std::vector<bool> null(static_cast<std::size_t>(p), false);
    for (Eigen::Index k = 0; k < p; ++k) {
      const double s = svd.singularValues()[k];
      const VectorXd v = svd.matrixV().col(k);
      if (s < kNull) {
        for (Eigen::Index i = 0; i < p; ++i)
          if (std::abs(v[i]) > 0.1) null[static_cast<std::size_t>(i)] = true;
      } else {
        covariance += v * v.transpose() / (s * s);
      }
    }
    const double quantile = StudentQuantile(0.975, freedom);
    for (Eigen::Index k = 0; k < p; ++k) {
      const auto i = static_cast<std::size_t>(k);
      Estimate e;
      e.value = p_[i];
      e.at_bound = p_[i] <= bounds_[i].low || p_[i] >= bounds_[i].high;
      e.identified = scale[k] > 1e-9 * largest && scale[k] > 0.0 && !null[i];
      e.deviation = e.identified ? std::sqrt(variance * covariance(k, k)) / scale[k]
                                 : std::numeric_limits<double>::infinity();
      e.low = e.value - quantile * e.deviation;
      e.high = e.value + quantile * e.deviation;
      for (Eigen::Index o = 0; o < p; ++o)
        if (o != k && std::abs(covariance(k, o)) > kConfounded * std::sqrt(covariance(k, k) * covariance(o, o)))
          e.confounded_with = static_cast<int>(o);
      out_.estimates.push_back(e);
    }
  }

  const Residuals& residuals_;
  Values p_;
  const std::vector<Bound>& bounds_;
  const Options& options_;
  VectorXd r_;
  MatrixXd j_;
  Fit out_;
};

}  // namespace

Fit LeastSquares(const Residuals& residuals, Values start, const std::vector<Bound>& bounds, const Options& options) {
  return Solver(residuals, std::move(start), bounds, options).Run();
}

}  // namespace headroom::fit
