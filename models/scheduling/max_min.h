#pragma once

#include <cstdint>
#include <vector>

namespace headroom::scheduling {

/// Jobs that are alike, for Gavel's shares of time.
struct JobClass {
  std::uint32_t jobs = 1;
  std::uint32_t units = 1;      ///< that each holds while it runs
  double weight = 1.0;          ///< of its fairness; under makespan the run time that is left
  std::vector<double> speed;    ///< on each kind of accelerators, 0 where it may not run
};

enum class ShareObjective : std::uint8_t { kMaxMin, kMakespan, kThroughput };

/// Shares of time X[c][k] that a job of class c gets on kind k (Narayanan et al., OSDI 2020), of `capacity[k]` units each:
///
///     sum over k of X[c][k] <= 1        sum over c of jobs(c) units(c) X[c][k] <= capacity[k]
///     max-min:    max min over c of T(c) units(c) / (weight(c) T_equal(c)),   T(c) = sum over k of speed[c][k] X[c][k]
///     makespan:   max min over c of T(c) / weight(c), where the weight is the run time that is left
///     throughput: max sum over jobs of T(c) units(c) / weight(c), speeds against the class's fastest kind
///
/// T_equal is what the class gets where every job has the same share of each kind: capacity[k] over the number of jobs, scaled down where that
/// is more than all of the time. What the minimum leaves over goes where it adds the most normalised speed.
/// A class that may run nowhere gets nothing and does not count. Solved as a linear programme over the classes, by a dense simplex.
std::vector<std::vector<double>> ShareTime(const std::vector<JobClass>& classes, const std::vector<double>& capacity, ShareObjective objective);

/// max c x subject to A x <= b, x >= 0, with b >= 0. Bland's rule, so that it ends. The optimum is bounded.
std::vector<double> Maximise(const std::vector<std::vector<double>>& a, const std::vector<double>& b, const std::vector<double>& c);

}  // namespace headroom::scheduling
