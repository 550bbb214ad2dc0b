#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "analysis/hdf5/report_writer.h"
#include "analysis/hdf5/summary.h"
#include "scenarios/build/simulation.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/progress.h"
#include "scenarios/cli/scenario_options.h"
#include "scenarios/cli/version.h"

namespace headroom::cli {
namespace {

struct Options {
  ScenarioOptions scenario;
  std::string output;
  std::string progress = "auto";
  bool json = false;
};

/// NAME.yaml gives NAME.h5 in the current folder.
std::string DefaultOutput(const std::string& scenario) {
  return std::filesystem::path(scenario).filename().replace_extension(".h5").string();
}

int ExitFor(const scenario::Outcome& outcome) {
  if (outcome.status == "done") return kDone;
  return outcome.status == "interrupted" ? kInterrupted : kForbidden;
}

int Run(const Options& o) {
  const auto wall_start = std::chrono::steady_clock::now();
  const Progress::Mode mode = Progress::ModeFromName(o.progress);
  const scenario::Prepared prepared = o.scenario.Prepare();
  scenario::Simulation simulation(prepared.loaded, prepared.library);
  PrintWarnings(prepared.loaded.warnings);
  PrintWarnings(simulation.warnings());

  report::Provenance provenance;
  provenance.title = prepared.loaded.scenario.name();
  provenance.scenario_text = prepared.loaded.resolved;
  provenance.schema_version = prepared.loaded.scenario.schema();
  provenance.seed = prepared.loaded.scenario.seed();
  provenance.program_version = kVersion;
  const std::string path = o.output.empty() ? DefaultOutput(o.scenario.file) : o.output;
  report::ReportWriter writer(path, provenance);

  CatchInterrupts();
  scenario::Outcome outcome;
  {
    Progress progress(mode);
    outcome = simulation.Run(writer, [&](double share, double simulated_s) {
      progress.Update(share, simulated_s);
      return !Interrupted();
    });
  }
  if (outcome.status == "interrupted") {
    writer.Flush();
    fmt::print(stderr, "headroom: interrupted after {} of simulated time; what was recorded is in {}\n",
               TimeText(outcome.simulated_s), writer.partial_path());
    return kInterrupted;
  }
  writer.Finish(outcome.status, outcome.simulated_s, outcome.metrics);
  if (!outcome.explanation.empty()) fmt::print(stderr, "{}\n", outcome.explanation);

  const report::Summary summary{provenance.title, outcome.status, outcome.simulated_s, provenance.seed,
                                outcome.metrics};
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - wall_start;
  if (o.json)
    fmt::print("{}", report::SummaryJson(summary, wall.count()));
  else
    fmt::print("{}\nreport: {}  ({:.1f} s)\n", report::SummaryText(summary), path, wall.count());
  return ExitFor(outcome);
}

}  // namespace

Action AddRun(CLI::App& app) {
  auto o = std::make_shared<Options>();
  o->scenario.AddTo(app);
  app.add_option("-o,--output", o->output, "report to write (default: the scenario's name with .h5, here)");
  app.add_option("--progress", o->progress, "auto, bar, json or none (default: a bar on a terminal)");
  app.add_flag("--json", o->json, "print the figures as one JSON object");
  return [o] { return Run(*o); };
}

}  // namespace headroom::cli
