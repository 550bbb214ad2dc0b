#pragma once

#include <string>
#include <vector>

#include "scenarios/study/bands.h"
#include "sim/probe/metric.h"

namespace headroom::study {

/// What a figure rests on.
struct Influence {
  Parameter parameter;
  double elasticity = 0.0;  ///< per cent of the figure per per cent of the parameter
  double share = 0.0;       ///< band of the parameter
};

struct Explanation {
  Metric metric;
  double again = 0.0;             ///< the figure of the same scenario in this version of the program
  std::vector<Metric> parts;      ///< figures that make it up, or bound it
  std::vector<Influence> rests_on;  ///< by what their bands do to the figure, largest first
  std::size_t tried = 0;          ///< parameters
  std::size_t silent = 0;         ///< of them without any effect
};

/// Runs the scenario again with each parameter moved by 1 % (each run in a child process).
/// @throws ConfigError where the scenario has no such metric
Explanation Explain(const scenario::Prepared& prepared, const MetricSet& reported, const std::string& metric);

std::string ExplanationText(const Explanation& explanation, std::size_t most);
std::string ExplanationJson(const Explanation& explanation);

}  // namespace headroom::study
