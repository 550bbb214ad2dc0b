#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <vector>

#include "models/training/search/search_space.h"
#include "models/training/step_model.h"

namespace headroom::training {

/// What a plan is judged by, all the less the better.
struct PlanFigures {
  double step_time = 0;  ///< s
  double memory = 0;     ///< B, of the fullest accelerator
  double joules = 0;     ///< of all accelerators in a step
  double dollars = 0;    ///< of a step
};
/// Whether `a` is no slower than `b` and needs at most 1 + tolerance times its memory, energy, money.
bool Covers(const PlanFigures& a, const PlanFigures& b, double tolerance);

/// What a plan has to keep beside memory. Memory is judged as in a run.
struct SearchLimits {
  double step_time = std::numeric_limits<double>::infinity();  ///< s
  double power = std::numeric_limits<double>::infinity();      ///< W, all boards, mean over a step
  double memory = std::numeric_limits<double>::infinity();     ///< B per accelerator
};

/// USD. Zero where prices are not known: cost then orders nothing.
struct SearchPrices {
  double accelerator_second = 0;
  double joule = 0;
};

struct SearchOptions {
  SearchSpace space;
  SearchLimits limits;
  SearchPrices prices;
  double within = 0.25;     ///< plans whose throughput is lower than the best's by more are left out
  double tolerance = 0.02;  ///< of memory, energy and cost, see Covers
  unsigned threads = 1;
  /// Told the share that is done (0..1); false ends the search. Called from the calling thread.
  std::function<bool(double)> watch = [](double) { return true; };
};

/// A plan evaluated in full.
struct JudgedPlan {
  ParallelPlan plan;
  StepResult step;
  PlanFigures figures;
  double power = 0;  ///< W, mean over a step, all accelerators
};

struct SearchCounts {
  std::uint64_t plans = 0;      ///< that keep the rules
  std::uint64_t memory = 0;     ///< refused: memory
  std::uint64_t step_time = 0;  ///< refused: time
  std::uint64_t power = 0;      ///< refused: power
  std::uint64_t bounded = 0;    ///< shown to be slower than `within`, or covered, by their bound
  std::uint64_t evaluated = 0;  ///< in full
};

struct SearchResult {
  std::vector<JudgedPlan> front;   ///< quickest first
  std::optional<JudgedPlan> base;  ///< the plan of `params` where it keeps every rule
  SearchCounts counts;
  bool interrupted = false;
};

/// Searches the plans of a space for the Pareto front of step time, memory, energy and cost.
///
/// Every plan gets a bound on its figures first (StepModel::LowerBound). In the order of bounds on
/// time, plans are then evaluated in full unless their bound breaks a limit, is slower than `within`
/// of the best so far, or is covered by a plan of the front. So the first of the front is the quickest
/// of all, and every plan that keeps the limits and `within` is covered by one of the front. The
/// answer, counts included, does not depend on `threads`. `params.plan` gives what is not searched.
SearchResult SearchPlans(const StepParams& params, const compute::KernelModel& kernels,
                         const SearchOptions& options);

}  // namespace headroom::training
