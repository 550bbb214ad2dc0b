#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/hdf5/sweep_store.h"
#include "scenarios/sweep/plan.h"

namespace headroom::sweep {

/// A limit on a metric: `site.power.peak <= 650 kW`.
struct Constraint {
  std::string text;
  std::string metric;
  bool at_most = true;
  double bound = 0.0;  ///< in the metric's unit
};

/// @throws ConfigError where the text is no such limit or its unit does not fit the metric's.
Constraint ParseConstraint(const std::string& text, const report::SweepTable& table);

/// One case as the objective sees it: mean over repeats of each objective, worst margin of each
/// constraint.
struct Candidate {
  std::size_t first_point = 0;     ///< of the case
  std::vector<double> objectives;  ///< minimised ones first
  std::vector<double> margins;     ///< distance to each bound; negative breaks it
  bool feasible = false;           ///< every repeat ran to its end and keeps every constraint
};

struct BestAnswer {
  std::vector<std::string> objectives;
  std::vector<std::string> objective_units;
  std::vector<Constraint> constraints;
  std::vector<std::string> constraint_units;
  std::vector<Candidate>
      best;  ///< the best first; with several objectives all that no other one beats
  /// Where none keeps every limit: the one that breaks its worst limit by the least share of it.
  std::optional<Candidate> nearest;
  std::size_t cases = 0, feasible = 0;
};

/// @throws ConfigError where the goal names no objective, or a metric that no point has.
BestAnswer FindBest(const Plan& plan, const report::SweepTable& table);

}  // namespace headroom::sweep
