#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/hdf5/report_writer.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/progress.h"
#include "scenarios/cli/scenario_options.h"
#include "scenarios/cli/text_file.h"
#include "scenarios/cli/version.h"
#include "scenarios/replay/made_telemetry.h"
#include "scenarios/replay/replay.h"
#include "sim/config/quantity_text.h"
#include "sim/core/diagnostics.h"

namespace headroom::cli {
namespace {

struct Options {
  ScenarioOptions scenario;
  std::string telemetry, output, horizon, warm_up, bridge, make, every = "1 min", noise = "0 %", missing = "0 %", progress = "auto";
  std::vector<std::string> signals;
  bool drive = false, json = false, csv = false;
};

double Read(const char* option, const std::string& text, const char* unit) {
  const auto q = config::ParseQuantity(text, unit);
  if (!q.ok()) throw ConfigError(fmt::format("{}: {}", option, q.error));
  if (q.value < 0.0) throw ConfigError(fmt::format("{} is {}; it must not be negative", option, text));
  return q.value;
}

std::optional<double> Seconds(const char* option, const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(Read(option, text, "s"));
}

int Make(const Options& o) {
  const scenario::Prepared prepared = o.scenario.Prepare();
  replay::MadeTelemetry made{o.signals, Read("--every", o.every, "s"), Read("--noise", o.noise, "%"), Read("--missing", o.missing, "%")};
  if (made.every <= 0.0) throw ConfigError("--every must be more than 0 s");
  CatchInterrupts();
  Progress progress(Progress::ModeFromName(o.progress));
  const std::string text = replay::MakeTelemetry(prepared, made, [&](double share, double simulated_s) {
    progress.Update(share, simulated_s);
    return !Interrupted();
  });
  progress.Close();
  WriteTextFile(o.make, text);
  return kDone;
}

int Run(const Options& o) {
  if (!o.make.empty() && !o.telemetry.empty()) throw ConfigError("give one of --telemetry and --make");
  if (!o.make.empty()) return Make(o);
  if (o.telemetry.empty()) throw ConfigError("--telemetry names the measured series; --make makes one");
  if (!o.signals.empty()) throw ConfigError("--signal goes with --make");
  if (o.json && o.csv) throw ConfigError("give one of --json and --csv");
  const scenario::Prepared prepared = o.scenario.Prepare();
  PrintWarnings(prepared.loaded.warnings);
  const replay::Telemetry telemetry = replay::ReadTelemetry(o.telemetry);
  const replay::ReplayOptions options{o.drive, Seconds("--horizon", o.horizon), Seconds("--warm-up", o.warm_up), Seconds("--bridge", o.bridge)};
  std::unique_ptr<report::ReportWriter> writer;
  if (!o.output.empty()) {
    report::Provenance p;
    p.title = fmt::format("{}, beside {}", prepared.loaded.scenario.name(), std::filesystem::path(o.telemetry).filename().string());
    p.scenario_text = prepared.loaded.resolved;
    p.schema_version = prepared.loaded.scenario.schema();
    p.seed = prepared.loaded.scenario.seed();
    p.program_version = kVersion;
    writer = std::make_unique<report::ReportWriter>(o.output, p);
  }
  CatchInterrupts();
  replay::Replay r;
  {
    Progress progress(Progress::ModeFromName(o.progress));
    r = replay::RunReplay(prepared, telemetry, options, writer.get(), [&](double share, double simulated_s) {
      progress.Update(share, simulated_s);
      return !Interrupted();
    });
  }
  if (r.outcome.status == "interrupted") {
    fmt::print(stderr, "headroom: interrupted after {} of simulated time\n", TimeText(r.outcome.simulated_s));
    return kInterrupted;
  }
  if (r.outcome.status != "done") {
    fmt::print(stderr, "{}\n", r.outcome.explanation);
    return kForbidden;
  }
  if (writer) {
    replay::AddReplayMetrics(r, &r.outcome.metrics);
    for (const Table& t : replay::ReplayTables(r)) writer->WriteTable(t);
    writer->Finish(r.outcome.status, r.outcome.simulated_s, r.outcome.metrics);
  }
  fmt::print("{}", o.json ? replay::ReplayJson(r) : o.csv ? replay::ReplayCsv(r) : replay::ReplayText(r));
  if (writer && !o.json && !o.csv) fmt::print("\nreport: {}\n", o.output);
  return kDone;
}

}  // namespace

Action AddReplay(CLI::App& app) {
  auto o = std::make_shared<Options>();
  o->scenario.AddTo(app);
  app.add_option("--telemetry", o->telemetry, "measured series: CSV with time and columns named as series of a report");
  app.add_flag("--drive", o->drive, "measured powers of racks draw in place of the scenario's workloads");
  app.add_option("--horizon", o->horizon, "of the persistence forecast (default: 1 h, or a tenth of the series)");
  app.add_option("--warm-up", o->warm_up, "from the start, not judged (default: 30 min, or a tenth of the series)");
  app.add_option("--bridge", o->bridge, "longest gap of what drives that is bridged (default: 15 min)");
  app.add_option("-o,--output", o->output, "report of the twin's run, with what was measured beside it");
  app.add_option("--make", o->make, "make a series of a run of the scenario instead, into this file")->type_name("FILE");
  app.add_option("--signal", o->signals, "to make: SERIES or SERIES:ENTITY; may be given again")->expected(1)->take_all();
  app.add_option("--every", o->every, "to make: from row to row (default: 1 min)");
  app.add_option("--noise", o->noise, "to make: deviation, of a value or of 10 K (default: 0 %)");
  app.add_option("--missing", o->missing, "to make: share of cells left empty (default: 0 %)");
  app.add_option("--progress", o->progress, "auto, bar, json or none (default: a bar on a terminal)");
  app.add_flag("--json", o->json, "one JSON object");
  app.add_flag("--csv", o->csv, "a line per signal");
  return [o] { return Run(*o); };
}

}  // namespace headroom::cli
