#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <new>
#include <utility>
#include <vector>

#include "scenarios/cli/command.h"
#include "scenarios/cli/version.h"
#include "sim/core/check.h"
#include "sim/core/diagnostics.h"
#include "sim/core/exit_status.h"

namespace headroom::cli {
namespace {

struct Row {
  const char* name;
  const char* help;
  Action (*add)(CLI::App&);
};

constexpr Row kCommands[] = {
    {"run", "Simulate a scenario and write its report", AddRun},
    {"check", "Validate a scenario and print it resolved", AddCheck},
    {"plan", "Search the parallel plans of a training workload", AddPlan},
    {"report", "Print the figures of a report", AddReport},
    {"size", "How many racks fit under the limits of a site, and what binds first", AddSize},
    {"explain", "What a figure of a report rests on: parameters, their sources and bands", AddExplain},
    {"replay", "A measured series beside the twin: skill, errors, drift", AddReplay},
    {"calibrate", "Fit parameters of data sheets to measurements", AddCalibrate},
    {"uncertainty", "How sure the figures are: bands of the data sheets by an ensemble of runs", AddUncertainty},
    {"sweep", "Many runs from one scenario: plan, run, collect, best", AddSweep},
    {"capacity", "The rate that a deployment carries within its SLO, or the replicas that a rate needs", AddCapacity},
    {"contingency", "What throttles, trips or survives when each single unit is lost", AddContingency},
    {"interval", "How often to save a job's state: Young's, Daly's and the best interval", AddInterval},
    {"sites", "Where a chain of tasks costs or takes least: sites, clouds, spot nodes, egress", AddSites},
    {"compare", "What differs between reports, and whether it is better", AddCompare},
    {"export", "A report in other formats: CSV, OpenMetrics, HTML, Perfetto, MLflow, OpenLineage", AddExport},
    {"import", "Make a scenario of what operators have: Slurm, Kueue, InfiniBand ...", AddImport},
    {"trace", "Summarise execution traces, or make them from a training plan", AddTrace},
    {"catalog", "List or show data sheets", AddCatalog},
    {"schema", "Print the JSON Schema of scenario files", AddSchema},
};

int Main(int argc, char** argv) {
  CLI::App app("Headroom: a digital twin of an AI datacenter", "headroom");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string(kVersion));
  app.failure_message(CLI::FailureMessage::simple);
  std::vector<std::pair<CLI::App*, Action>> actions;
  for (const Row& row : kCommands) {
    CLI::App* sub = app.add_subcommand(row.name, row.help);
    actions.emplace_back(sub, row.add(*sub));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const int code = app.exit(e);
    return code == 0 ? kDone : kBadInput;
  }
  for (auto& [sub, action] : actions)
    if (sub->parsed()) {
      const int code = RunToExitStatus(action);
      if (std::fflush(stdout) != 0 || std::ferror(stdout)) {
        fmt::print(stderr, "headroom: writing to standard output failed\n");
        return code == kDone ? kIoError : code;
      }
      return code;
    }
  return kBadInput;
}

}  // namespace
}  // namespace headroom::cli

int main(int argc, char** argv) { return headroom::cli::Main(argc, argv); }
