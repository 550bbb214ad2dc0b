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
    {"report", "Print the figures of a report", AddReport},
    {"sweep", "Many runs from one scenario: plan, run, collect, best", AddSweep},
    {"compare", "What differs between reports, and whether it is better", AddCompare},
    {"export", "A report in other formats: CSV, OpenMetrics, HTML", AddExport},
    {"import", "Make a scenario of what operators have: Slurm, Kueue, InfiniBand ...", AddImport},
    {"trace", "Summarise execution traces, or make them from a training plan", AddTrace},
    {"catalog", "List or show data sheets", AddCatalog},
    {"schema", "Print the JSON Schema of scenario files", AddSchema},
};

int Run(const Action& action) {
  try {
    return action();
  } catch (const ConfigError& e) {
    fmt::print(stderr, "{}\n", e.what());
    return kBadInput;
  } catch (const IoError& e) {
    fmt::print(stderr, "headroom: {}\n", e.what());
    return kIoError;
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "headroom: out of memory\n");
    return kInternalError;
  } catch (const std::exception& e) {
    fmt::print(stderr,
               "headroom: internal error: {}\nThis is a defect of the program, not of the scenario; please report it "
               "with the scenario.\n",
               e.what());
    return kInternalError;
  }
}

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
      const int code = Run(action);
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
