#include "analysis/stats/effects.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace headroom::stats {
namespace {

/// Regularised incomplete beta function I_x(a, b) by its continued fraction (Lentz), to 1e-14.
double BetaFraction(double a, double b, double x) {
  constexpr double kTiny = 1e-300;
  double c = 1.0, d = 1.0 - (a + b) * x / (a + 1.0);
  d = 1.0 / (std::abs(d) < kTiny ? kTiny : d);
  double h = d;
  for (int m = 1; m <= 500; ++m) {
    for (int half = 0; half < 2; ++half) {
      const double k = half == 0 ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                                 : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1.0 + k * d;
      c = 1.0 + k / c;
      d = 1.0 / (std::abs(d) < kTiny ? kTiny : d);
      if (std::abs(c) < kTiny) c = kTiny;
      h *= d * c;
    }
    if (std::abs(d * c - 1.0) < 1e-14) break;
  }
  return h;
}

double IncompleteBeta(double a, double b, double x) {
  if (x <= 0.0) return 0.0;
  if (x >= 1.0) return 1.0;
  const double front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) +
                                a * std::log(x) + b * std::log1p(-x));
  return x < (a + 1.0) / (a + b + 2.0) ? front * BetaFraction(a, b, x) / a
                                       : 1.0 - front * BetaFraction(b, a, 1.0 - x) / b;
}

}  // namespace

Moments MomentsOf(const std::vector<double>& values) {
  Moments m;
  for (const double v : values)
    if (std::isfinite(v)) {
      m.mean += v;
      ++m.count;
    }
  if (m.count == 0) return {std::numeric_limits<double>::quiet_NaN(), 0.0, 0};
  m.mean /= static_cast<double>(m.count);
  for (const double v : values)
    if (std::isfinite(v)) m.deviation += (v - m.mean) * (v - m.mean);
  m.deviation = m.count > 1 ? std::sqrt(m.deviation / static_cast<double>(m.count - 1)) : 0.0;
  return m;
}

double Quantile(std::vector<double> values, double q) {
  std::erase_if(values, [](double v) { return !std::isfinite(v); });
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::sort(values.begin(), values.end());
  const double at = q * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const auto above = std::min(below + 1, values.size() - 1);
  return values[below] + (at - static_cast<double>(below)) * (values[above] - values[below]);
}

double MainEffect(const std::vector<int>& group, const std::vector<double>& y, bool full_grid) {
  std::map<int, std::pair<double, double>> sums;  // of group: sum, count
  const Moments all = MomentsOf(y);
  if (all.count < 2 || all.deviation == 0.0) return 0.0;
  for (std::size_t i = 0; i < y.size(); ++i)
    if (std::isfinite(y[i])) {
      sums[group[i]].first += y[i];
      sums[group[i]].second += 1.0;
    }
  const auto n = static_cast<double>(all.count), k = static_cast<double>(sums.size());
  double between = 0.0;
  for (const auto& [g, s] : sums) between += s.second * std::pow(s.first / s.second - all.mean, 2);
  const double share = between / (all.deviation * all.deviation * (n - 1.0));
  if (full_grid) return std::min(1.0, share);
  if (n <= k) return 0.0;
  return std::clamp(1.0 - (1.0 - share) * (n - 1.0) / (n - k), 0.0, 1.0);
}

std::vector<int> GroupsOf(const std::vector<double>& x) {
  std::vector<double> values = x;
  std::erase_if(values, [](double v) { return std::isnan(v); });
  std::sort(values.begin(), values.end());
  std::vector<double> distinct = values;
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  if (distinct.size() > 20) {
    distinct.clear();
    for (std::size_t i = 0; i < 10; ++i) distinct.push_back(values[i * values.size() / 10]);
  }
  std::vector<int> out;
  for (const double v : x)
    out.push_back(std::isnan(v)
                      ? -1
                      : static_cast<int>(std::upper_bound(distinct.begin(), distinct.end(), v) -
                                         distinct.begin()));
  return out;
}

std::vector<int> GroupsOf(const std::vector<std::string>& x) {
  std::map<std::string, int> known;
  std::vector<int> out;
  for (const std::string& s : x)
    out.push_back(known.emplace(s, static_cast<int>(known.size())).first->second);
  return out;
}

double WelchP(const Moments& a, const Moments& b) {
  if (a.count < 2 || b.count < 2) return 1.0;
  const auto na = static_cast<double>(a.count), nb = static_cast<double>(b.count);
  const double va = a.deviation * a.deviation / na, vb = b.deviation * b.deviation / nb;
  if (va + vb == 0.0) return a.mean == b.mean ? 1.0 : 0.0;
  const double t = (a.mean - b.mean) / std::sqrt(va + vb);
  const double freedom = (va + vb) * (va + vb) / (va * va / (na - 1.0) + vb * vb / (nb - 1.0));
  return IncompleteBeta(0.5 * freedom, 0.5, freedom / (freedom + t * t));
}

}  // namespace headroom::stats
