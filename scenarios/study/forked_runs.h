#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "sim/probe/metric.h"

namespace headroom::study {

/// What a run gave: its metrics, or why it could not be.
struct RunResult {
  MetricSet metrics;
  std::string error;
  bool ok() const { return error.empty(); }
};

/// Runs `count` jobs in child processes, `jobs` at a time, and gives their results in order. A run needs a process of
/// its own; equal jobs give equal results, however many run at once.
std::vector<RunResult> RunForked(std::size_t count, const std::function<MetricSet(std::size_t)>& run, int jobs = 0);

}  // namespace headroom::study
