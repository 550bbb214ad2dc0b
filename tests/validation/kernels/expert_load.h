#pragma once

#include <string>

namespace headroom::validation {

/// Experts with work on the busiest of the ranks that share a layer, and tokens of each.
struct ExpertLoad {
  double groups = 1;
  double tokens = 1;
};

/// What the benchmark of expert layers puts on the rank that it times. `balanced` spreads evenly; `power_law_A` draws
/// expert loads from x^-A. Same rule as `expert_load` of the fitting script.
ExpertLoad BusiestRank(double tokens, int experts, double topk, int ranks, const std::string& distribution);

}  // namespace headroom::validation
