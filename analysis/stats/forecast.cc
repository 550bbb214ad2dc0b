#include "analysis/stats/forecast.h"

#include <algorithm>
#include <cmath>

#include "analysis/fit/student.h"

namespace headroom::stats {
namespace {

constexpr double kLeastEffective = 3.0;

std::optional<Drift> DriftOf(const std::vector<double>& t, const std::vector<double>& e) {
  const double n = static_cast<double>(t.size());
  if (n < kLeastEffective) return std::nullopt;
  double mt = 0.0, me = 0.0, stt = 0.0, ste = 0.0;
  for (std::size_t i = 0; i < t.size(); ++i) mt += t[i] / n, me += e[i] / n;
  for (std::size_t i = 0; i < t.size(); ++i) stt += (t[i] - mt) * (t[i] - mt), ste += (t[i] - mt) * (e[i] - me);
  if (stt <= 0.0) return std::nullopt;
  Drift d;
  d.slope = ste / stt;
  double square = 0.0, next = 0.0, before = 0.0;
  for (std::size_t i = 0; i < t.size(); ++i) {
    const double rest = e[i] - me - d.slope * (t[i] - mt);
    square += rest * rest;
    if (i > 0) next += rest * before;
    before = rest;
  }
  const double r = square > 0.0 ? std::clamp(next / square, 0.0, 0.999) : 0.0;
  d.effective = n * (1.0 - r) / (1.0 + r);
  if (d.effective < kLeastEffective) return std::nullopt;
  const double freedom = d.effective - 2.0;
  const double width = fit::StudentQuantile(0.975, freedom) * std::sqrt(square / freedom / stt);
  d.low = d.slope - width;
  d.high = d.slope + width;
  return d;
}

}  // namespace

ForecastScore ScoreForecast(const std::vector<double>& times, const std::vector<double>& measured,
                            const std::vector<double>& predicted, double horizon) {
  ForecastScore s;
  std::vector<double> t, error;
  double square = 0.0, own = 0.0, other = 0.0, spread = 0.0;
  std::size_t last = 0;
  bool any = false;
  std::size_t look = 0;
  for (std::size_t i = 0; i < times.size(); ++i) {
    for (; look < i && times[look] <= times[i] - horizon; ++look)
      if (std::isfinite(measured[look])) last = look, any = true;
    if (!std::isfinite(measured[i]) || !std::isfinite(predicted[i])) continue;
    const double e = measured[i] - predicted[i];
    t.push_back(times[i]);
    error.push_back(e);
    square += e * e;
    s.bias += e;
    s.mean += measured[i];
    if (!any || times[last] < times[i] - 2.0 * horizon) continue;
    ++s.persisted;
    own += e * e;
    other += (measured[i] - measured[last]) * (measured[i] - measured[last]);
    spread = std::max(spread, std::abs(measured[i]));
  }
  s.rows = t.size();
  if (s.rows == 0) return s;
  const double n = static_cast<double>(s.rows);
  s.mean /= n;
  s.bias /= n;
  s.rmse = std::sqrt(square / n);
  s.cv_rmse = s.rmse / std::abs(s.mean);
  s.nmbe = s.bias / s.mean;
  if (s.persisted > 0) {
    const double m = static_cast<double>(s.persisted);
    s.rmse_persistence = std::sqrt(other / m);
    // A signal that does not move leaves nothing to foresee.
    if (s.rmse_persistence > 1e-9 * spread) s.skill = 1.0 - std::sqrt(own / m) / s.rmse_persistence;
  }
  s.drift = DriftOf(t, error);
  return s;
}

}  // namespace headroom::stats
