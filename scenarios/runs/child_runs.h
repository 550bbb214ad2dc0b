#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "sim/probe/metric.h"

namespace headroom::runs {

/// What a child process told, or why it could not.
struct Told {
  std::string text;
  std::string error;
  bool interrupted = false;
  bool ok() const { return error.empty() && !interrupted; }
};

/// What a run gave: its metrics, or why it could not be.
struct RunResult {
  MetricSet metrics;
  std::string error;
  bool interrupted = false;
  bool ok() const { return error.empty() && !interrupted; }
};

/// Asked at least ten times a second while children run; false ends them.
using Going = std::function<bool()>;

/// Calls `tell` for 0 ... count - 1, each in a child process of its own, `jobs` at a time (0: one per core), and gives what
/// they said in order. What a child throws is its error. Equal jobs tell the same, however many run at once. A child
/// ends with its parent.
/// @throws IoError where no process can be started.
std::vector<Told> AskChildren(std::size_t count, const std::function<std::string(std::size_t)>& tell, int jobs = 0,
                              const Going& going = {});

/// The same for runs: metrics, words among them, arrive to the bit.
std::vector<RunResult> RunChildren(std::size_t count, const std::function<MetricSet(std::size_t)>& run, int jobs = 0,
                                   const Going& going = {});

/// The only one of AskChildren(). @throws ConfigError with the child's error.
std::string AskChild(const std::function<std::string()>& tell);

}  // namespace headroom::runs
