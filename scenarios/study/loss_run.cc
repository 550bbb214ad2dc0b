#include "scenarios/study/loss_run.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <sstream>

#include "sim/core/check.h"
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

void Write(std::ostream& out, const char* name, const std::optional<double>& value) {
  if (value) out << name << ' ' << fmt::format("{:.17g}", *value) << '\n';
}

std::string TextOf(const LossRun& run) {
  std::ostringstream out;
  const LossResult& r = run.result;
  Write(out, "work", run.work);
  Write(out, "busy", run.busy);
  Write(out, "peak", r.peak);
  Write(out, "clock", r.least_clock);
  Write(out, "throttle", r.throttle);
  Write(out, "shutdown", r.shutdown);
  Write(out, "feed", r.feed);
  Write(out, "busway", r.busway);
  Write(out, "liquid", r.liquid);
  Write(out, "flow", r.flow);
  Write(out, "air", r.air);
  out << "outcome " << r.outcome << "\nbinding " << r.binding << "\nnotes " << r.notes << "\n";
  return out.str();
}

LossRun FromText(const std::string& text, const Loss& loss) {
  LossRun run;
  run.result.loss = loss;
  LossResult& r = run.result;
  std::istringstream in(text);
  std::string line;
  while (std::getline(in, line)) {
    const auto space = line.find(' ');
    if (space == std::string::npos) continue;
    const std::string key = line.substr(0, space), rest = line.substr(space + 1);
    if (key == "outcome") r.outcome = rest;
    else if (key == "binding") r.binding = rest;
    else if (key == "notes") r.notes = rest;
    else {
      const double x = std::strtod(rest.c_str(), nullptr);
      if (key == "work") run.work = x;
      if (key == "busy") run.busy = x;
      if (key == "peak") r.peak = x;
      if (key == "clock") r.least_clock = x;
      if (key == "throttle") r.throttle = x;
      if (key == "shutdown") r.shutdown = x;
      if (key == "feed") r.feed = x;
      if (key == "busway") r.busway = x;
      if (key == "liquid") r.liquid = x;
      if (key == "flow") r.flow = x;
      if (key == "air") r.air = x;
    }
  }
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

std::string InChild(const std::function<std::string()>& tell) {
  int ends[2];
  if (pipe(ends) != 0) throw IoError("contingency: no pipe to a child process");
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child < 0) throw IoError("contingency: no child process");
  if (child == 0) {
    close(ends[0]);
    std::string text;
    int code = 0;
    try {
      text = tell();
    } catch (const std::exception& e) {
      text = e.what();
      code = 2;
    }
    for (std::size_t done = 0; done < text.size();) {
      const ssize_t n = write(ends[1], text.data() + done, text.size() - done);
      if (n <= 0) _exit(1);
      done += static_cast<std::size_t>(n);
    }
    _exit(code);
  }
  close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t n = 0; (n = read(ends[0], buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<std::size_t>(n));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    throw ConfigError(text.empty() ? "a run under a loss ended abnormally" : text);
  return text;
}

LossRun RunLossApart(const scenario::Prepared& prepared, const Loss& loss, const ContingencyOptions& options) {
  return FromText(InChild([&] { return TextOf(RunLoss(prepared, loss, options)); }), loss);
}

}  // namespace headroom::study
