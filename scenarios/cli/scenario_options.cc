#include "scenarios/cli/scenario_options.h"

#include <fmt/format.h>

namespace headroom::cli {

void ScenarioOptions::AddTo(CLI::App& app, const char* file_as) {
  app.add_option(file_as, file, "scenario file (YAML)")->required();
  app.add_option("--set", overrides, "PATH=VALUE, changes one value of the scenario; may be given again")
      ->type_name("PATH=VALUE")
      ->expected(1)
      ->take_all();
  app.add_option("--variant", variant, "one of the file's variants");
  app.add_option("--seed", seed, "seed of every random stream (default: the scenario's)");
}

scenario::Prepared ScenarioOptions::Prepare() const {
  scenario::LoadOptions options;
  options.variant = variant;
  options.overrides = overrides;
  if (seed) options.overrides.push_back(fmt::format("seed={}", *seed));
  return scenario::Prepare(file, std::move(options));
}

void PrintWarnings(const std::vector<Finding>& warnings) {
  for (const Finding& w : warnings) fmt::print(stderr, "warning: {}\n", w.Text());
}

}  // namespace headroom::cli
