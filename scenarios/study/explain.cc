#include "scenarios/study/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/hdf5/figure.h"
#include "scenarios/runs/child_runs.h"
#include "scenarios/runs/quiet_run.h"
#include "sim/config/json.h"
#include "sim/core/diagnostics.h"

namespace headroom::study {
namespace {

constexpr double kMove = 0.01;
constexpr double kSteep = 1.0;  ///< elasticity from which on the other side is looked at
constexpr double kUneven = 2.0;  ///< sides that differ by more than this factor are a jump

/// What stands beside a figure and makes it up: the times of a step, the parts of the site's power, its limits.
std::vector<Metric> PartsOf(const MetricSet& metrics, const std::string& name) {
  std::vector<std::string> prefixes;
  if (name.starts_with("workloads.")) {
    const std::string workload = name.substr(0, name.find('.', 10) + 1);
    prefixes = {workload + "time."};
  } else if (name.starts_with("site.cost.") || name.starts_with("site.energy.cost")) {
    prefixes = {"site.cost."};
  } else if (name.starts_with("site.headroom.") || name == "site.power.stranded") {
    prefixes = {"site.headroom."};
  } else {
    prefixes = {"site.power.it_mean", "site.power.losses."};
  }
  std::vector<Metric> out;
  for (const Metric& m : metrics.all())
    for (const std::string& p : prefixes)
      if (m.name.starts_with(p) && m.name != name) out.push_back(m);
  std::stable_sort(out.begin(), out.end(), [](const Metric& a, const Metric& b) { return a.value > b.value; });
  return out;
}

/// Turns the steep ones into slope and jump where the two sides do not agree.
void FindJumps(const scenario::Prepared& prepared, const std::string& metric, double again, std::vector<Influence>* influences) {
  std::vector<Influence*> steep;
  for (Influence& i : *influences)
    if (std::abs(i.elasticity) > kSteep) steep.push_back(&i);
  const auto up = [](const Parameter& p) { return p.value * (1.0 + kMove) <= p.high; };
  const auto results = runs::RunChildren(steep.size(), [&](std::size_t job) {
    const Parameter& p = steep[job]->parameter;
    return runs::RunQuietly(With(prepared, {p}, {p.value * (up(p) ? 1.0 - kMove : 1.0 + kMove)}));
  });
  for (std::size_t i = 0; i < steep.size(); ++i) {
    Influence& x = *steep[i];
    const Metric* moved = results[i].ok() ? results[i].metrics.Find(metric) : nullptr;
    if (!moved) continue;
    const double base = again != 0.0 ? std::abs(again) : 1.0;
    const double other = (moved->value - again) / base / (up(x.parameter) ? -kMove : kMove);
    const double small = std::min(std::abs(x.elasticity), std::abs(other)), large = std::max(std::abs(x.elasticity), std::abs(other));
    if (large <= kUneven * small && x.elasticity * other > 0.0) continue;
    x.jumps = true;
    x.jump = (std::abs(x.elasticity) >= std::abs(other) ? x.elasticity : other) * kMove;
    if (std::abs(other) < std::abs(x.elasticity)) x.elasticity = other;
  }
}

}  // namespace

double Influence::reach() const { return std::max(std::abs(elasticity) * share, std::abs(jump)); }

Explanation Explain(const scenario::Prepared& prepared, const MetricSet& reported, const std::string& metric) {
  const Metric* told = reported.Find(metric);
  if (!told) {
    std::vector<std::string> names;
    for (const Metric& m : reported.all()) names.push_back(m.name);
    const std::string near = Nearest(metric, names);
    throw ConfigError(fmt::format("the report has no metric {}{}", metric, near.empty() ? "" : "; did you mean " + near + "?"));
  }
  if (!told->text.empty()) throw ConfigError(metric + " is a word; explain a number, for example site.headroom.*");
  Explanation out;
  out.metric = *told;
  out.parts = PartsOf(reported, metric);
  const std::vector<Band> bands = SheetBands(prepared);
  // The first run is the scenario as it stands.
  const auto results = runs::RunChildren(bands.size() + 1, [&](std::size_t job) {
    if (job == 0) return runs::RunQuietly(prepared);
    const Parameter& p = bands[job - 1].parameter;
    const double moved = p.value * (1.0 + kMove) <= p.high ? p.value * (1.0 + kMove) : p.value * (1.0 - kMove);
    return runs::RunQuietly(With(prepared, {p}, {moved}));
  });
  if (!results[0].ok()) throw ConfigError(results[0].error);
  const Metric* again = results[0].metrics.Find(metric);
  if (!again) throw ConfigError("the scenario run again has no metric " + metric);
  out.again = again->value;
  out.tried = bands.size();
  for (std::size_t b = 0; b < bands.size(); ++b) {
    const Parameter& p = bands[b].parameter;
    const Metric* moved = results[b + 1].ok() ? results[b + 1].metrics.Find(metric) : nullptr;
    const double direction = p.value * (1.0 + kMove) <= p.high ? kMove : -kMove;
    const double base = out.again != 0.0 ? std::abs(out.again) : 1.0;
    const double effect = moved ? (moved->value - out.again) / base / direction : 0.0;
    if (std::abs(effect) < 1e-6)
      ++out.silent;
    else
      out.rests_on.push_back({.parameter = p, .elasticity = effect, .share = bands[b].share});
  }
  FindJumps(prepared, metric, out.again, &out.rests_on);
  std::stable_sort(out.rests_on.begin(), out.rests_on.end(), [](const Influence& a, const Influence& b) { return a.reach() > b.reach(); });
  return out;
}

std::string ExplanationText(const Explanation& e, std::size_t most) {
  std::string out = fmt::format("{} = {}\n", e.metric.name, report::Figure(e.metric.value, e.metric.unit));
  if (std::abs(e.again - e.metric.value) > 1e-9 * std::abs(e.metric.value))
    out += fmt::format("  run again it is {}: the report comes of another version\n",
                       report::Figure(e.again, e.metric.unit));
  if (!e.parts.empty()) out += "\nbeside it in the report, largest first\n";
  for (const Metric& m : e.parts)
    if (m.text.empty()) out += fmt::format("  {:<48} {}\n", m.name, report::Figure(m.value, m.unit));
  out += "\nrests on, largest first: change of the figure for 1 % more, and over the parameter's band\n";
  for (std::size_t i = 0; i < std::min(most, e.rests_on.size()); ++i) {
    const Influence& x = e.rests_on[i];
    out += fmt::format("  {} = {}\n    {:+.2f} %   band {:.0f} % moves it {:.1f} %   confidence {}\n    {}\n", x.parameter.text,
                       ValueText(x.parameter, x.parameter.value), x.elasticity, 100 * x.share, 100 * x.reach(),
                       x.parameter.confidence.empty() ? "-" : x.parameter.confidence, x.parameter.source);
    if (x.jumps) out += fmt::format("    a choice hangs on it: 1 % one way changes the figure by {:.1f} % at once\n", 100 * std::abs(x.jump));
  }
  out += fmt::format("\n{} parameters of data sheets tried, {} without effect\n", e.tried, e.silent);
  return out;
}

std::string ExplanationJson(const Explanation& e) {
  using config::Json;
  const auto number = [](double x) { return Json::Raw(std::isfinite(x) ? fmt::format("{}", x) : "null"); };
  Json out = Json::Object(), parts = Json::Object(), list = Json::Array();
  out.Set("metric", Json::String(e.metric.name));
  out.Set("value", number(e.metric.value));
  out.Set("unit", Json::String(e.metric.unit));
  out.Set("run_again", number(e.again));
  for (const Metric& m : e.parts)
    if (m.text.empty()) parts.Set(m.name, number(m.value));
  out.Set("parts", std::move(parts));
  for (const Influence& x : e.rests_on) {
    Json one = Json::Object();
    one.Set("parameter", Json::String(x.parameter.text));
    one.Set("value", number(x.parameter.value));
    one.Set("unit", Json::String(x.parameter.unit));
    one.Set("elasticity", number(x.elasticity));
    one.Set("band", number(x.share));
    if (x.jumps) one.Set("jump", number(x.jump));
    one.Set("confidence", Json::String(x.parameter.confidence));
    one.Set("source", Json::String(x.parameter.source));
    list.Add(std::move(one));
  }
  out.Set("rests_on", std::move(list));
  out.Set("tried", number(static_cast<double>(e.tried)));
  return out.Text() + "\n";
}

}  // namespace headroom::study
