#include "scenarios/study/run_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/plant/plant_params.h"
#include "scenarios/replay/signal_recorder.h"
#include "scenarios/runs/child_runs.h"
#include "sim/core/diagnostics.h"

namespace headroom::study {
namespace {

/// "workloads.W.collectives.#3.time": the fourth of its kind, in the order in which the run set them.
const Metric* Find(const MetricSet& metrics, const std::string& name) {
  const auto hash = name.find('#');
  if (hash == std::string::npos) return metrics.Find(name);
  const std::string prefix = name.substr(0, hash);
  const auto dot = name.find('.', hash);
  std::size_t left = std::stoul(name.substr(hash + 1, dot - hash - 1));
  for (const Metric& m : metrics.all())
    if (m.name.starts_with(prefix) && m.name.ends_with(name.substr(dot)) && left-- == 0) return &m;
  return nullptr;
}

/// Metrics have dots in their names; a series is one word (site_power), or one and an entity (rack_group_power:row/cdu-1).
bool IsSeries(const std::string& name) {
  return name.find(':') != std::string::npos || (name.find('.') == std::string::npos && !name.empty());
}

/// The metrics of a run, and the means over it of `series` beside them under their names.
MetricSet RunWith(const scenario::Prepared& prepared, const std::vector<std::string>& series) {
  replay::SignalRecorder recorder(series, nullptr);
  scenario::Simulation simulation(prepared.loaded, prepared.library, [&](plant::PlantParams* params) {
    std::vector<int> racks;
    for (const auto& g : params->groups) racks.push_back(g.racks);
    recorder.SetRacks(params->group_of_rack, racks);
  });
  scenario::Outcome outcome = simulation.Run(recorder, [](double, double) { return true; });
  if (outcome.status != "done") throw ConfigError(outcome.status + ": " + outcome.explanation);
  for (const auto& s : recorder.signals()) {
    double sum = 0.0, seconds = 0.0;
    for (std::size_t i = 0; i < s.values.size(); ++i) {
      const double dt = recorder.times()[i] - (i == 0 ? 0.0 : recorder.times()[i - 1]);
      if (!std::isfinite(s.values[i])) continue;
      sum += s.values[i] * dt;
      seconds += dt;
    }
    if (seconds > 0.0) outcome.metrics.Set(s.name, sum / seconds, s.units);
  }
  return outcome.metrics;
}

}  // namespace

RunRows::RunRows(const scenario::Prepared& prepared, const std::string& file, const std::vector<std::string>& overrides,
                 const std::string& variant, const Measurements& measurements)
    : measurements_(measurements) {
  for (const std::vector<std::string>& set : measurements.runs) {
    if (set.empty()) {
      runs_.push_back(prepared);
      continue;
    }
    scenario::LoadOptions options;
    options.variant = variant;
    options.overrides = overrides;
    options.overrides.insert(options.overrides.end(), set.begin(), set.end());
    runs_.push_back(scenario::Prepare(file, options));
  }
  series_.resize(runs_.size());
  for (const Measurement& m : measurements.rows)
    if (auto& names = series_[m.run]; IsSeries(m.metric) && std::find(names.begin(), names.end(), m.metric) == names.end())
      names.push_back(m.metric);
}

void RunRows::Missing(const Measurement& m) const {
  throw ConfigError({Finding{{measurements_.file, m.line, 0}, "", m.metric + ": the run has no such metric"}});
}

std::vector<std::string> RunRows::Units() const {
  const auto results =
      runs::RunChildren(runs_.size(), [&](std::size_t job) { return RunWith(runs_[job], series_[job]); });
  std::vector<std::string> out;
  for (const Measurement& m : measurements_.rows) {
    if (!results[m.run].ok()) throw ConfigError(results[m.run].error);
    const Metric* found = Find(results[m.run].metrics, m.metric);
    if (!found || !found->text.empty()) Missing(m);
    out.push_back(found->unit);
  }
  return out;
}

Predict RunRows::By(const std::vector<Parameter>& parameters) const {
  return [this, parameters](const std::vector<std::vector<double>>& values) {
    const std::size_t n = runs_.size();
    const auto results = runs::RunChildren(values.size() * n, [&](std::size_t job) {
      return RunWith(With(runs_[job % n], parameters, values[job / n]), series_[job % n]);
    });
    std::vector<std::vector<double>> out;
    for (std::size_t v = 0; v < values.size(); ++v) {
      std::vector<double>& rows = out.emplace_back();
      for (const Measurement& m : measurements_.rows) {
        const runs::RunResult& result = results[v * n + m.run];
        if (!result.ok()) {
          if (v == 0 && values.size() > 1) throw ConfigError(result.error);
          rows.clear();
          break;
        }
        const Metric* found = Find(result.metrics, m.metric);
        if (!found) Missing(m);
        rows.push_back(found->value);
      }
    }
    return out;
  };
}

}  // namespace headroom::study
