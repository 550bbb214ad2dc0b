#include "scenarios/replay/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "scenarios/replay/signal_recorder.h"
#include "sim/core/diagnostics.h"

namespace headroom::replay {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kHorizon = 3600.0, kWarmUp = 1800.0, kBridge = 900.0;  // s
constexpr double kTenth = 0.1, kBridgedRows = 3.0;
constexpr double kFeltShare = 0.01, kFeltKelvin = 0.5;

void Refuse(const scenario::Prepared& p, const std::string& key, const std::string& message) {
  throw ConfigError({Finding{p.loaded.places.Find(key), key, message}});
}

scenario::LoadedScenario Over(const scenario::Prepared& prepared, const Telemetry& t, bool drive) {
  scenario::LoadedScenario out = prepared.loaded;
  schema::Scenario& s = out.scenario;
  if (drive) {
    if (s.site().power().has_smoothing()) Refuse(prepared, "site.power.smoothing", "a measured power holds it already; replay without it");
    if (s.site().power().has_shelf_storage())
      Refuse(prepared, "site.power.shelf_storage", "a measured power holds it already; replay without it");
    s.clear_workloads();
  }
  s.mutable_run()->set_duration(t.times.back());
  s.mutable_record()->set_every(std::max(s.run().plant_step(), t.step));
  return out;
}

/// Whether what drives was not known at `time`, or so lately that the plant still feels it.
bool InGap(const std::vector<Gap>& gaps, double time, double settle) {
  return std::any_of(gaps.begin(), gaps.end(), [&](const Gap& g) { return time > g.from && time <= g.to + settle; });
}

}  // namespace

bool JudgedSignal::drifts() const {
  if (!score.drift || !score.drift->beyond_chance()) return false;
  const double moved = std::abs(score.drift->slope) * judged_seconds;
  return moved > (temperature() ? kFeltKelvin : kFeltShare * std::abs(score.mean));
}

Replay RunReplay(const scenario::Prepared& prepared, const Telemetry& t, const ReplayOptions& o, Recorder* next,
                 const scenario::Watch& watch) {
  Replay r;
  r.length = t.times.back();
  r.step = t.step;
  r.rows = t.times.size();
  r.times = t.times;
  r.horizon = o.horizon.value_or(std::min(kHorizon, kTenth * r.length));
  r.warm_up = o.warm_up.value_or(std::min(kWarmUp, kTenth * r.length));
  r.bridge = o.bridge.value_or(std::max(kBridge, kBridgedRows * t.step));
  MeasuredSite site(t, o.drive, r.bridge);
  std::vector<std::string> names;
  for (const Signal& s : t.signals)
    if (!site.Drives(s)) names.push_back(s.name);
  if (names.empty()) throw ConfigError(fmt::format("{}: every column drives; there is nothing to judge", t.file));
  SignalRecorder recorder(names, next);
  const auto amend = [&](plant::PlantParams* params) {
    site.Amend(params);
    std::vector<int> racks;
    for (const auto& g : params->groups) racks.push_back(g.racks);
    recorder.SetRacks(params->group_of_rack, racks);
  };
  const scenario::LoadedScenario loaded = Over(prepared, t, o.drive);
  scenario::Simulation simulation(loaded, prepared.library, amend);
  r.outcome = simulation.Run(recorder, watch);
  r.gaps = site.gaps();
  r.driven = site.driven();
  if (r.outcome.status != "done") return r;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Signal& s = *t.Find(names[i]);
    const auto& recorded = recorder.signals()[i];
    JudgedSignal j;
    j.name = s.name;
    j.unit = recorded.units;
    j.long_name = recorded.long_name;
    if (!s.unit.empty() && s.unit != j.unit)
      throw ConfigError(fmt::format("{}: {} is in {}, the run's in {}", t.file, s.name, s.unit, j.unit));
    j.measured = s.values;
    std::vector<double> judged = s.values;
    double first = kNone;
    for (std::size_t k = 0; k < t.times.size(); ++k) {
      const double time = t.times[k];
      j.twin.push_back(k == 0 ? kNone : recorder.Over(i, std::max(t.times[k - 1], time - t.step), time));
      if (!std::isfinite(judged[k])) {
        ++j.missing;
      } else if (k == 0 || time <= r.warm_up || InGap(r.gaps, time, r.warm_up)) {
        ++j.left_out;
        judged[k] = kNone;
      } else {
        if (!std::isfinite(first)) first = time;
        j.judged_seconds = time - first;
      }
    }
    j.score = stats::ScoreForecast(t.times, judged, j.twin, r.horizon);
    r.signals.push_back(std::move(j));
  }
  return r;
}

std::vector<Table> ReplayTables(const Replay& r) {
  std::vector<Table> out;
  std::vector<std::string> names, units;
  std::vector<double> mean, rmse, cv, nmbe, skill, drift;
  std::vector<std::int64_t> rows;
  for (const JudgedSignal& s : r.signals) {
    names.push_back(s.name);
    units.push_back(s.unit);
    rows.push_back(static_cast<std::int64_t>(s.score.rows));
    mean.push_back(s.score.mean);
    rmse.push_back(s.score.rmse);
    cv.push_back(s.temperature() ? kNone : s.score.cv_rmse);
    nmbe.push_back(s.temperature() ? kNone : s.score.nmbe);
    skill.push_back(s.score.skill.value_or(kNone));
    drift.push_back(s.score.drift ? s.score.drift->slope * 86400.0 : kNone);
    out.push_back({fmt::format("/replay/{}", out.size() + 1),
                   "sample",
                   {{"time", "s", "time from the first row", r.times, {}},
                    {"measured", s.unit, s.name, s.measured, {}},
                    {"twin", s.unit, s.long_name, s.twin, {}}}});
  }
  out.insert(out.begin(), {"/replay/scores",
                           "signal",
                           {{"name", "", "of the signal; its table is /replay/N, N from 1 in this order", names, {}},
                            {"unit", "", "of mean, rmse and, per day, drift", units, {}},
                            {"rows", "1", "judged", rows, {}},
                            {"mean", "", "of the measured", mean, {}},
                            {"rmse", "", "root mean square error", rmse, {}},
                            {"cv_rmse", "1", "of the mean", cv, {}},
                            {"nmbe", "1", "mean of measured less twin, over the mean", nmbe, {}},
                            {"skill", "1", "1 - RMSE / RMSE of persistence", skill, {}},
                            {"drift", "d-1", "trend of measured less twin, per day", drift, {}}}});
  return out;
}

void AddReplayMetrics(const Replay& r, MetricSet* m) {
  for (const JudgedSignal& s : r.signals) {
    const std::string at = "replay." + s.name + ".";
    if (s.score.rows == 0) continue;
    m->Set(at + "rmse", s.score.rmse, s.temperature() ? "K" : s.unit);
    if (s.score.skill) m->Set(at + "skill", *s.score.skill, "1");
    if (!s.temperature()) {
      m->Set(at + "cv_rmse", s.score.cv_rmse, "1");
      m->Set(at + "nmbe", s.score.nmbe, "1");
    }
    m->SetText(at + "drift", s.drifts() ? "yes" : "no");
  }
}

}  // namespace headroom::replay
