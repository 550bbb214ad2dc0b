#include "scenarios/study/loss_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "scenarios/runs/child_runs.h"
#include "sim/core/diagnostics.h"

namespace headroom::study {
namespace {

/// Keeps of a run what tells a loss apart: events, clocks, power and work after it.
class LossRecorder final : public Recorder {
 public:
  LossRecorder(double at, LossRun* run) : at_(at), run_(run) {}
  SeriesId AddSeries(const SeriesSpec& spec) override {
    series_.push_back(spec.name);
    return SeriesId(static_cast<std::uint32_t>(series_.size() - 1));
  }
  void Put(SeriesId series, std::size_t, double value) override { now_[series_[series.index()]].push_back(value); }
  void EndInterval(double time) override {
    const double seconds = time - last_;
    last_ = time;
    if (time > at_ + 1e-9) {
      for (const double p : now_["site_power"]) run_->result.peak = std::max(run_->result.peak, p);
      for (const double c : now_["clock"])
        if (c > 1e-3) run_->result.least_clock = std::min(run_->result.least_clock, c);
      for (const double t : now_["tokens_per_second"]) run_->work += t * seconds;
    }
    now_.clear();
  }
  void WriteTable(const Table& table) override {
    if (table.path != "/events") return;
    const auto& time = std::get<std::vector<double>>(table.columns[0].values);
    const auto& kind = std::get<std::vector<std::string>>(table.columns[1].values);
    const auto& where = std::get<std::vector<std::string>>(table.columns[2].values);
    for (std::size_t i = 0; i < time.size(); ++i)
      if (time[i] >= at_ - 1e-9 && kind[i] != "fault") Tell(time[i], kind[i], where[i]);
  }

 private:
  void Tell(double time, const std::string& kind, const std::string& where) {
    ++kinds_[kind];
    if (kinds_[kind] > 1) return;
    std::string& notes = run_->result.notes;
    notes += fmt::format("{}{} {} after {:.0f} s", notes.empty() ? "" : "; ", where, kind, time - at_);
  }
  double at_, last_ = 0.0;
  LossRun* run_;
  std::vector<std::string> series_;
  std::map<std::string, std::vector<double>> now_;
  std::map<std::string, int> kinds_;
};

/// The worst that befell the site.
std::string WorstOf(const std::string& notes, double least_clock) {
  for (const auto& [kind, word] :
       {std::pair(" dark after", "dark"), std::pair(" trip after", "trips"), std::pair(" shutdown after", "shuts-down"),
        std::pair(" shed after", "sheds"), std::pair(" throttle after", "throttles")})
    if (notes.find(kind) != std::string::npos) return word;
  return least_clock < 0.9999 ? "throttles" : "survives";
}

std::optional<double> Value(const MetricSet& m, const char* name) {
  const Metric* found = m.Find(name);
  return found ? std::optional(found->value) : std::nullopt;
}

/// The scenario with `loss` in place of its own faults, until the watch ends.
scenario::LoadedScenario With(const scenario::LoadedScenario& loaded, const Loss& loss, const ContingencyOptions& o) {
  scenario::LoadedScenario out = loaded;
  schema::Scenario& s = out.scenario;
  s.mutable_site()->clear_faults();
  if (!loss.what.empty()) {
    schema::Fault* f = s.mutable_site()->add_faults();
    f->set_what(loss.what);
    f->set_where(loss.where);
    f->set_at(o.at);
    if (loss.what == "generator-loss") {  // one is missed when the utility is
      schema::Fault* utility = s.mutable_site()->add_faults();
      utility->set_what("utility-loss");
      utility->set_where("utility-1");
      utility->set_at(o.at);
    }
  }
  s.mutable_run()->set_duration(o.at + o.watch);
  s.mutable_record()->clear_windows();
  s.mutable_record()->set_every(std::max(s.run().plant_step(), (o.at + o.watch) / 5000.0));
  for (schema::Workload& w : *s.mutable_workloads()) {
    if (w.has_train()) w.mutable_train()->clear_steps();
    if (w.has_serve() && w.serve().requests().has_arrival()) w.mutable_serve()->mutable_requests()->clear_count();
  }
  return out;
}

/// What of a run passes between processes.
MetricSet FiguresOf(const LossRun& run) {
  MetricSet m;
  const LossResult& r = run.result;
  m.Set("work", run.work, "1");
  m.Set("busy", run.busy, "s");
  m.Set("peak", r.peak, "W");
  m.Set("clock", r.least_clock, "1");
  for (const auto& [name, value] : {std::pair("throttle", r.throttle), {"shutdown", r.shutdown}, {"feed", r.feed},
                                    {"busway", r.busway}, {"liquid", r.liquid}, {"flow", r.flow}, {"air", r.air}})
    if (value) m.Set(name, *value, "1");
  for (const auto& [name, word] : {std::pair("outcome", r.outcome), {"binding", r.binding}, {"notes", r.notes}})
    if (!word.empty()) m.SetText(name, word);
  return m;
}

LossRun FromFigures(const MetricSet& m, const Loss& loss) {
  const auto number = [&](const char* name) { return Value(m, name).value_or(0.0); };
  const auto word = [&](const char* name) { return m.Find(name) ? m.Find(name)->text : std::string(); };
  LossRun run;
  run.work = number("work");
  run.busy = number("busy");
  LossResult& r = run.result;
  r.loss = loss;
  r.peak = number("peak");
  r.least_clock = number("clock");
  r.throttle = Value(m, "throttle");
  r.shutdown = Value(m, "shutdown");
  r.feed = Value(m, "feed");
  r.busway = Value(m, "busway");
  r.liquid = Value(m, "liquid");
  r.flow = Value(m, "flow");
  r.air = Value(m, "air");
  r.outcome = word("outcome");
  r.binding = word("binding");
  r.notes = word("notes");
  return run;
}

}  // namespace

LossRun RunLoss(const scenario::Prepared& prepared, const Loss& loss, const ContingencyOptions& options) {
  LossRun run;
  run.result.loss = loss;
  const scenario::LoadedScenario loaded = With(prepared.loaded, loss, options);
  scenario::Simulation simulation(loaded, prepared.library);
  LossRecorder recorder(options.at, &run);
  const scenario::Outcome outcome = simulation.Run(recorder, [](double, double) { return true; });
  if (outcome.status != "done") throw ConfigError(outcome.explanation);
  if (const auto share = Value(outcome.metrics, "site.utilisation")) run.busy = *share * outcome.simulated_s;
  LossResult& r = run.result;
  r.throttle = Value(outcome.metrics, "site.ride_through.throttle");
  r.shutdown = Value(outcome.metrics, "site.ride_through.shutdown");
  r.feed = Value(outcome.metrics, "site.headroom.feed");
  r.busway = Value(outcome.metrics, "site.headroom.busway");
  r.liquid = Value(outcome.metrics, "site.headroom.liquid");
  r.flow = Value(outcome.metrics, "site.headroom.flow");
  r.air = Value(outcome.metrics, "site.headroom.air");
  if (const Metric* binding = outcome.metrics.Find("site.binding")) r.binding = binding->text;
  r.outcome = WorstOf(r.notes, r.least_clock);
  return run;
}

LossRun RunLossApart(const scenario::Prepared& prepared, const Loss& loss, const ContingencyOptions& options) {
  const auto run = [&](std::size_t) { return FiguresOf(RunLoss(prepared, loss, options)); };
  const runs::RunResult result = runs::RunChildren(1, run, 1).front();
  if (!result.ok()) throw ConfigError(result.error);
  return FromFigures(result.metrics, loss);
}

}  // namespace headroom::study
