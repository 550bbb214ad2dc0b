#include "scenarios/sweep/best.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/config/quantity_text.h"
#include "sim/config/quoted.h"
#include "sim/core/diagnostics.h"

namespace headroom::sweep {
namespace {

std::size_t MetricIndex(const report::SweepTable& table, const std::string& name) {
  const auto found = std::find(table.metrics.begin(), table.metrics.end(), name);
  if (found != table.metrics.end()) return static_cast<std::size_t>(found - table.metrics.begin());
  const std::string near = Nearest(name, table.metrics);
  throw ConfigError(fmt::format("no point of the sweep has the metric {}{}", name,
                                near.empty() ? "" : "; did you mean '" + near + "'?"));
}

std::string_view Trim(std::string_view s) {
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
  return s;
}

/// A value in the unit of a metric ("W", "degC", "1/s", "1").
double InUnit(std::string_view text, const std::string& unit, const std::string& constraint) {
  const std::string canonical = unit == "1/s" ? "/s" : unit == "1" || unit.empty() ? "%" : unit;
  const config::QuantityResult plain = config::ParseNumber(text);
  if (plain.ok() && (canonical == "%" || canonical == unit)) {
    if (canonical == "%") return plain.value;
    throw ConfigError(
        fmt::format("{}: {} needs a unit; the metric is in {}", constraint, text, unit));
  }
  if (config::UnitsLike(canonical).empty()) {
    if (plain.ok()) return plain.value;
    throw ConfigError(
        fmt::format("{}: write a bare number; the metric is in {}", constraint, unit));
  }
  const config::QuantityResult read = config::ParseQuantity(text, canonical);
  if (!read.ok()) throw ConfigError(fmt::format("{}: {}", constraint, read.error));
  return unit == "degC" ? read.value - 273.15 : read.value;
}

double At(const report::SweepTable& table, std::size_t point, std::size_t metric) {
  return table.values[point * table.metrics.size() + metric];
}

bool Beats(const Candidate& a, const Candidate& b, std::size_t minimised) {
  bool better = false;
  for (std::size_t i = 0; i < a.objectives.size(); ++i) {
    const double gain =
        i < minimised ? b.objectives[i] - a.objectives[i] : a.objectives[i] - b.objectives[i];
    if (gain < 0.0) return false;
    better = better || gain > 0.0;
  }
  return better;
}

/// The worst margin as a share of its bound; -infinity for a case without all its figures.
double WorstShare(const Candidate& c, const std::vector<Constraint>& constraints) {
  double worst = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    const double share = c.margins[i] / std::max(std::abs(constraints[i].bound), 1e-300);
    worst = std::isnan(share) ? -std::numeric_limits<double>::infinity() : std::min(worst, share);
  }
  for (const double o : c.objectives)
    if (!std::isfinite(o)) return -std::numeric_limits<double>::infinity();
  return worst;
}

}  // namespace

Constraint ParseConstraint(const std::string& text, const report::SweepTable& table) {
  Constraint c;
  c.text = text;
  const std::size_t at = text.find_first_of("<>");
  if (at == std::string::npos || at + 1 >= text.size() || text[at + 1] != '=')
    throw ConfigError(fmt::format("{} is no limit; write METRIC <= VALUE or METRIC >= VALUE",
                                  config::Quoted(text)));
  c.metric = Trim(std::string_view(text).substr(0, at));
  c.at_most = text[at] == '<';
  const std::size_t metric = MetricIndex(table, c.metric);
  c.bound = InUnit(Trim(std::string_view(text).substr(at + 2)), table.units[metric], text);
  return c;
}

BestAnswer FindBest(const Plan& plan, const report::SweepTable& table) {
  BestAnswer out;
  const std::size_t minimised = plan.goal.minimise.size();
  out.objectives = plan.goal.minimise;
  out.objectives.insert(out.objectives.end(), plan.goal.maximise.begin(), plan.goal.maximise.end());
  if (out.objectives.empty())
    throw ConfigError(
        "the sweep has no objective; write objective: {minimise: METRIC} in its file, or give "
        "--minimise METRIC");
  std::vector<std::size_t> objective, limited;
  for (const std::string& name : out.objectives) objective.push_back(MetricIndex(table, name));
  for (const std::string& text : plan.goal.subject_to) {
    out.constraints.push_back(ParseConstraint(text, table));
    limited.push_back(MetricIndex(table, out.constraints.back().metric));
  }
  for (const std::size_t m : objective) out.objective_units.push_back(table.units[m]);
  for (const std::size_t m : limited) out.constraint_units.push_back(table.units[m]);
  const auto& status = std::get<std::vector<std::string>>(table.words.front().values);
  std::vector<Candidate> feasible;
  for (std::size_t first = 0; first < table.points; first += plan.repeat, ++out.cases) {
    Candidate c;
    c.first_point = first;
    c.feasible = true;
    c.objectives.assign(objective.size(), 0.0);
    c.margins.assign(limited.size(), std::numeric_limits<double>::infinity());
    for (std::size_t p = first; p < first + plan.repeat; ++p) {
      c.feasible = c.feasible && status[p] == "done";
      for (std::size_t i = 0; i < objective.size(); ++i)
        c.objectives[i] += At(table, p, objective[i]) / plan.repeat;
      for (std::size_t i = 0; i < limited.size(); ++i) {
        const Constraint& k = out.constraints[i];
        const double margin = (k.at_most ? 1.0 : -1.0) * (k.bound - At(table, p, limited[i]));
        c.margins[i] = std::isnan(margin) ? margin : std::min(c.margins[i], margin);
        c.feasible = c.feasible && margin >= 0.0;
      }
    }
    for (const double o : c.objectives) c.feasible = c.feasible && std::isfinite(o);
    if (c.feasible)
      feasible.push_back(std::move(c));
    else if (!out.nearest || WorstShare(c, out.constraints) > WorstShare(*out.nearest, out.constraints))
      out.nearest = std::move(c);
  }
  out.feasible = feasible.size();
  if (out.feasible > 0 || out.constraints.empty() ||
      !std::isfinite(WorstShare(*out.nearest, out.constraints)))
    out.nearest.reset();
  // In this order no case is beaten by a later one.
  std::stable_sort(feasible.begin(), feasible.end(), [&](const Candidate& a, const Candidate& b) {
    for (std::size_t i = 0; i < a.objectives.size(); ++i)
      if (a.objectives[i] != b.objectives[i])
        return (a.objectives[i] < b.objectives[i]) == (i < minimised);
    return false;
  });
  for (const Candidate& c : feasible) {
    const bool beaten = std::any_of(out.best.begin(), out.best.end(),
                                    [&](const Candidate& o) { return Beats(o, c, minimised); });
    if (!beaten) out.best.push_back(c);
  }
  return out;
}

}  // namespace headroom::sweep
