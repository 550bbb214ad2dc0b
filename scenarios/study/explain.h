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
  bool jumps = false;       ///< a choice hangs on it (which switch, which chunk): 1 % one way does `jump`, the other way `elasticity`
  double jump = 0.0;        ///< share of the figure
  /// What the band does to the figure, as a share of it.
  double reach() const;
};

struct Explanation {
  Metric metric;
  double again = 0.0;             ///< the figure of the same scenario in this version of the program
  std::vector<Metric> parts;      ///< figures that make it up, or bound it
  std::vector<Influence> rests_on;  ///< by what their bands do to the figure, largest first
  std::size_t tried = 0;          ///< parameters
  std::size_t silent = 0;         ///< of them without any effect
};

/// Runs the scenario again with each parameter moved by 1 % (each run in a child process); those that move the figure more than 1 % also the
/// other way, to tell a slope from a jump.
/// @throws ConfigError where the scenario has no such metric
Explanation Explain(const scenario::Prepared& prepared, const MetricSet& reported, const std::string& metric);

std::string ExplanationText(const Explanation& explanation, std::size_t most);
std::string ExplanationJson(const Explanation& explanation);

}  // namespace headroom::study
