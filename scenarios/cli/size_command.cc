#include <fmt/format.h>

#include <memory>

#include "scenarios/cli/command.h"
#include "scenarios/cli/scenario_options.h"
#include "scenarios/study/rack_draw.h"
#include "scenarios/study/size.h"
#include "sim/core/diagnostics.h"

namespace headroom::cli {
namespace {

struct Options {
  ScenarioOptions scenario;
  std::string basis = "both";
  bool json = false, csv = false;
};

int Run(const Options& o) {
  const scenario::Prepared prepared = o.scenario.Prepare();
  PrintWarnings(prepared.loaded.warnings);
  const schema::Scenario& scenario = prepared.loaded.scenario;
  study::SizeResult result;
  result.title = scenario.name();
  for (const schema::System& s : scenario.site().systems()) result.systems.push_back(s.name());
  const std::vector<double> nameplates = study::Nameplates(prepared);
  result.design = study::SizedSite(prepared, nameplates).design();
  if (o.basis != "measured") result.bases.push_back(study::SizeAt(prepared, "nameplate", nameplates));
  if (o.basis == "measured" && scenario.workloads().empty())
    throw ConfigError("--basis measured runs the scenario's work, and there is none");
  if (o.basis != "nameplate" && !scenario.workloads().empty()) {
    std::vector<double> draw;
    for (const study::RackDraw& d : study::MeasureRackDraw(prepared)) draw.push_back(d.peak);
    result.bases.push_back(study::SizeAt(prepared, "measured", draw));
  }
  fmt::print("{}", o.json ? study::SizeJson(result) : o.csv ? study::SizeCsv(result) : study::SizeText(result));
  return kDone;
}

}  // namespace

Action AddSize(CLI::App& app) {
  auto o = std::make_shared<Options>();
  o->scenario.AddTo(app);
  app.add_option("--basis", o->basis,
                 "nameplate: racks at their data sheet; measured: at the largest draw of the scenario's run; both "
                 "(default)")
      ->check(CLI::IsMember({"nameplate", "measured", "both"}));
  app.add_flag("--json", o->json, "one JSON object")->excludes(app.add_flag("--csv", o->csv, "one line per limit"));
  return [o] { return Run(*o); };
}

}  // namespace headroom::cli
