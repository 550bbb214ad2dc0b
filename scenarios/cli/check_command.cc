#include <fmt/format.h>

#include <memory>

#include "scenarios/build/simulation.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/progress.h"
#include "scenarios/cli/scenario_options.h"

namespace headroom::cli {
namespace {

std::string Headline(const scenario::RunSize& size) {
  std::string out = fmt::format("# {} accelerators in {} nodes and {} racks; the plant sees {} groups\n",
                                size.accelerators, size.nodes, size.racks, size.plant_groups);
  out += size.duration_s > 0.0 ? fmt::format("# runs {}\n", TimeText(size.duration_s))
                               : "# runs until the work is done\n";
  for (const std::string& work : size.works) out += "# " + work + "\n";
  return out;
}

}  // namespace

Action AddCheck(CLI::App& app) {
  auto o = std::make_shared<ScenarioOptions>();
  o->AddTo(app);
  return [o] {
    const scenario::Prepared prepared = o->Prepare();
    const scenario::Simulation simulation(prepared.loaded, prepared.library);
    PrintWarnings(prepared.loaded.warnings);
    PrintWarnings(simulation.warnings());
    fmt::print("{}{}", Headline(simulation.size()), prepared.loaded.resolved);
    return int{kDone};
  };
}

}  // namespace headroom::cli
