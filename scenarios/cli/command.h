#pragma once

#include <CLI/CLI.hpp>
#include <functional>

/// The `headroom` command: one file per subcommand, each a function that declares its options and gives what to run.
/// Data goes to stdout, progress, warnings and errors to stderr.
namespace headroom::cli {

/// Exit codes, the same for every subcommand.
enum Exit : int {
  kDone = 0,
  kInternalError = 1,
  kBadInput = 2,      ///< bad usage, scenario or trace
  kForbidden = 3,     ///< the run ended in a state that the scenario forbids
  kPointsFailed = 4,  ///< some points of a sweep failed
  kIoError = 5,       ///< reading or writing a file failed
  kInterrupted = 130,
};

using Action = std::function<int()>;

Action AddRun(CLI::App& app);
Action AddCheck(CLI::App& app);
Action AddPlan(CLI::App& app);
Action AddReplay(CLI::App& app);
Action AddReport(CLI::App& app);
Action AddCapacity(CLI::App& app);
Action AddCalibrate(CLI::App& app);
Action AddExplain(CLI::App& app);
Action AddUncertainty(CLI::App& app);
Action AddSize(CLI::App& app);
Action AddSweep(CLI::App& app);
Action AddContingency(CLI::App& app);
Action AddInterval(CLI::App& app);
Action AddSites(CLI::App& app);
Action AddCompare(CLI::App& app);
Action AddExport(CLI::App& app);
Action AddImport(CLI::App& app);
Action AddTrace(CLI::App& app);
Action AddCatalog(CLI::App& app);
Action AddSchema(CLI::App& app);

}  // namespace headroom::cli
