#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "models/training/search/plan_search.h"
#include "scenarios/build/simulation.h"

namespace headroom::scenario {

/// A search of the parallel plans of one training workload of a scenario, under `plan:` of the file.
struct PlanStudy {
  std::string workload;
  std::string model;
  std::string accelerator;          ///< of the catalog
  bool priced = false;              ///< every sheet of the site has a price
  double tokens = 0;                ///< of one step
  double peak = 0;                  ///< FLOP/s of an accelerator in the plan's precision
  training::SearchResult result;
  std::vector<Finding> warnings;
};

/// Builds the site, takes the workload's accelerators and searches. Prices are those of the site: capital and operation by the
/// accelerator-second, energy of the boards at the tariff (losses and cooling left out). The plan written in the file may break
/// rules. @throws ConfigError with everything in the scenario that does not fit together.
PlanStudy SearchPlan(const LoadedScenario& loaded, const catalog::Library& library, unsigned threads,
                     std::function<bool(double)> watch);

/// The keys that make a run train by `plan`, as (path, value) of `--set`.
std::vector<std::pair<std::string, std::string>> SettingsFor(const std::string& workload,
                                                             const training::ParallelPlan& plan);

}  // namespace headroom::scenario
