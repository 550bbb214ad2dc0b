#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <thread>

#include "scenarios/cli/command.h"
#include "scenarios/cli/plan_answers.h"
#include "scenarios/cli/progress.h"
#include "scenarios/cli/scenario_options.h"
#include "sim/core/diagnostics.h"

namespace headroom::cli {
namespace {

struct Options {
  ScenarioOptions scenario;
  std::string progress = "auto";
  unsigned jobs = 0;
  bool json = false;
  bool csv = false;
};

int Run(const Options& o) {
  if (o.json && o.csv) throw ConfigError("--json and --csv are two forms of one answer; give one");
  const Progress::Mode mode = Progress::ModeFromName(o.progress);
  const scenario::Prepared prepared = o.scenario.Prepare();
  PrintWarnings(prepared.loaded.warnings);
  CatchInterrupts();
  const unsigned threads = o.jobs > 0 ? o.jobs : std::max(1u, std::thread::hardware_concurrency());
  scenario::PlanStudy study;
  {
    Progress progress(mode);
    study = scenario::SearchPlan(prepared.loaded, prepared.library, threads, [&](double share) {
      progress.Update(share, std::numeric_limits<double>::quiet_NaN());
      return !Interrupted();
    });
  }
  PrintWarnings(study.warnings);
  fmt::print("{}", o.json  ? PlanJson(study)
                   : o.csv ? PlanCsv(study)
                           : PlanText(study, o.scenario.file));
  if (study.result.interrupted) {
    fmt::print(stderr, "headroom: interrupted; better plans may not have been looked at\n");
    return kInterrupted;
  }
  return study.result.front.empty() ? kForbidden : kDone;
}

}  // namespace

Action AddPlan(CLI::App& app) {
  auto o = std::make_shared<Options>();
  o->scenario.AddTo(app);
  app.add_option("--progress", o->progress,
                 "auto, bar, json or none (default: a bar on a terminal)");
  app.add_option("-j,--jobs", o->jobs, "threads (default: one per core)");
  app.add_flag("--json", o->json, "print the plans as one JSON object");
  app.add_flag("--csv", o->csv, "print the plans as a table with a header");
  return [o] { return Run(*o); };
}

}  // namespace headroom::cli
