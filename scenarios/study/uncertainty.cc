#include "scenarios/study/uncertainty.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "analysis/fit/student.h"
#include "analysis/hdf5/figure.h"
#include "analysis/stats/effects.h"
#include "analysis/stats/sampling.h"
#include "scenarios/runs/child_runs.h"
#include "scenarios/runs/quiet_run.h"
#include "sim/config/json.h"
#include "sim/core/diagnostics.h"

namespace headroom::study {
namespace {

/// Ranks from 0, equal values share the mean of theirs.
std::vector<double> Ranks(const std::vector<double>& x) {
  std::vector<std::size_t> order(x.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return x[a] < x[b]; });
  std::vector<double> out(x.size());
  for (std::size_t i = 0; i < order.size();) {
    std::size_t end = i;
    while (end < order.size() && x[order[end]] == x[order[i]]) ++end;
    for (std::size_t k = i; k < end; ++k) out[order[k]] = 0.5 * static_cast<double>(i + end - 1);
    i = end;
  }
  return out;
}

double Correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const stats::Moments ma = stats::MomentsOf(a), mb = stats::MomentsOf(b);
  if (ma.deviation == 0.0 || mb.deviation == 0.0) return 0.0;
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - ma.mean) * (b[i] - mb.mean);
  return sum / static_cast<double>(a.size() - 1) / ma.deviation / mb.deviation;
}

}  // namespace

Uncertainty Propagate(const scenario::Prepared& prepared, const std::vector<Band>& bands, std::size_t runs,
                      std::uint64_t seed) {
  if (runs < 5) throw ConfigError("an ensemble takes at least 5 runs");
  Uncertainty out;
  out.bands = bands;
  const std::size_t drawn = runs - 1;
  const std::vector<double> u = stats::LatinHypercube(drawn, bands.size(), seed);
  std::vector<Parameter> parameters;
  for (const Band& b : bands) parameters.push_back(b.parameter);
  const auto results = runs::RunChildren(runs, [&](std::size_t job) {
    if (job == 0) return runs::RunQuietly(prepared);
    std::vector<double> values;
    for (std::size_t b = 0; b < bands.size(); ++b) values.push_back(bands[b].At(u[(job - 1) * bands.size() + b]));
    return runs::RunQuietly(With(prepared, parameters, values));
  });
  if (!results[0].ok()) throw ConfigError(results[0].error);
  std::vector<std::size_t> good;
  for (std::size_t i = 1; i < runs; ++i)
    if (results[i].ok()) good.push_back(i);
  out.runs = runs;
  out.failed = drawn - good.size();
  if (good.size() < 4) throw ConfigError("too few runs of the ensemble came to their end: " + results[1].error);
  // Of many parameters some correlate by chance with a figure or with what moves it: one in a hundred for all together.
  const double freedom = static_cast<double>(good.size()) - 2.0, t = fit::StudentQuantile(1.0 - 0.005 / static_cast<double>(bands.size()), freedom);
  out.least_correlation = t / std::sqrt(freedom + t * t);
  std::vector<std::vector<double>> ranks;
  for (std::size_t b = 0; b < bands.size(); ++b) {
    std::vector<double> x;
    for (const std::size_t i : good) x.push_back(u[(i - 1) * bands.size() + b]);
    ranks.push_back(Ranks(x));
  }
  for (const Metric& m : results[0].metrics.all()) {
    if (!m.text.empty()) continue;
    std::vector<double> y;
    for (const std::size_t i : good)
      if (const Metric* found = results[i].metrics.Find(m.name)) y.push_back(found->value);
    if (y.size() != good.size()) continue;
    Spread s{m.name, m.unit, m.value, stats::Quantile(y, 0.05), stats::Quantile(y, 0.5), stats::Quantile(y, 0.95), {}};
    const std::vector<double> of_y = Ranks(y);
    for (std::size_t b = 0; b < bands.size(); ++b) {
      const double r = Correlation(ranks[b], of_y);
      if (r != 0.0) s.causes.push_back({b, r, std::abs(r) > out.least_correlation});
    }
    std::stable_sort(s.causes.begin(), s.causes.end(),
                     [](const auto& a, const auto& b) { return std::abs(a.correlation) > std::abs(b.correlation); });
    if (s.causes.size() > kMostCauses) s.causes.resize(kMostCauses);
    out.spreads.push_back(s);
  }
  return out;
}

std::string UncertaintyText(const Uncertainty& u, const std::vector<std::string>& metrics) {
  std::string out = fmt::format("{} runs, {} parameters in their bands{}\n\n  {:<52}{:>12}{:>12}{:>12}{:>12}\n", u.runs,
                                u.bands.size(), u.failed > 0 ? fmt::format("; {} runs failed", u.failed) : "", "metric",
                                "as it stands", "5 %", "50 %", "95 %");
  for (const Spread& s : u.spreads) {
    const bool asked = std::find(metrics.begin(), metrics.end(), s.metric) != metrics.end();
    const double width = std::abs(s.p95 - s.p05);
    if (metrics.empty() ? !(width > 1e-3 * std::abs(s.stands)) || s.metric == "energy_balance_error" : !asked) continue;
    out += fmt::format("  {:<52}{:>12}{:>12}{:>12}{:>12}\n", s.metric, report::Figure(s.stands, s.unit),
                       report::Figure(s.p05, s.unit), report::Figure(s.p50, s.unit), report::Figure(s.p95, s.unit));
    for (std::size_t i = 0; i < std::min<std::size_t>(3, s.causes.size()); ++i)
      out += fmt::format("    {} {:+.2f}  {}\n", s.causes[i].beyond_chance ? " " : "?", s.causes[i].correlation,
                         u.bands[s.causes[i].band].parameter.text);
  }
  return out + fmt::format("\nbelow a figure: the parameters that it follows most, by rank correlation; ? where within {:.2f}, which chance gives to one of them 1 time in 100\n",
                           u.least_correlation);
}

std::string UncertaintyJson(const Uncertainty& u) {
  using config::Json;
  const auto number = [](double x) { return Json::Raw(std::isfinite(x) ? fmt::format("{}", x) : "null"); };
  Json out = Json::Object(), metrics = Json::Object(), bands = Json::Object();
  out.Set("runs", number(static_cast<double>(u.runs)));
  out.Set("failed", number(static_cast<double>(u.failed)));
  for (const Band& b : u.bands) bands.Set(b.parameter.text, number(b.share));
  out.Set("bands", std::move(bands));
  out.Set("least_correlation", number(u.least_correlation));
  for (const Spread& s : u.spreads) {
    Json one = Json::Object(), causes = Json::Object(), ranking = Json::Array();
    one.Set("unit", Json::String(s.unit));
    one.Set("value", number(s.stands));
    one.Set("p05", number(s.p05));
    one.Set("p50", number(s.p50));
    one.Set("p95", number(s.p95));
    for (const auto& c : s.causes) {
      const std::string& name = u.bands[c.band].parameter.text;
      if (c.beyond_chance) causes.Set(name, number(c.correlation));
      Json rank = Json::Object();
      rank.Set("parameter", Json::String(name));
      rank.Set("correlation", number(c.correlation));
      rank.Set("beyond_chance", Json::Raw(c.beyond_chance ? "true" : "false"));
      ranking.Add(std::move(rank));
    }
    one.Set("causes", std::move(causes));
    one.Set("ranking", std::move(ranking));
    metrics.Set(s.metric, std::move(one));
  }
  out.Set("metrics", std::move(metrics));
  return out.Text() + "\n";
}

}  // namespace headroom::study
