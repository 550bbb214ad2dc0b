#pragma once

#include <string>

namespace headroom::validation {

/// What a row of an expert table says about its run.
struct ExpertRun {
  int tokens = 1;
  int experts = 1;
  int topk = 1;
  int ranks = 1;
  std::string distribution;     ///< balanced or power_law_A
  bool groups_in_gate = false;  ///< DeepSeek's gate: 8 groups of experts, of which a token may use 4
  bool early = false;           ///< of an earlier collector, which gives ties to the first experts
};

struct ExpertLoad {
  double groups = 1.0;  ///< experts with work on the busiest rank, on average
  double tokens = 1.0;  ///< of each
};

/// The benchmark's own draws repeated, as models/catalog/fit/routing.py, number by number.
ExpertLoad BusiestRank(const ExpertRun& run);

}  // namespace headroom::validation
