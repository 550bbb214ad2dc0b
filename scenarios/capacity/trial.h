#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/config/yaml_tree.h"
#include "sim/probe/metric.h"

namespace headroom::capacity {

/// Asked while trials run; false ends them.
using Going = std::function<bool()>;

/// What one run gave.
struct Trial {
  MetricSet metrics;
  std::string error;  ///< why there are none: a mistake in the scenario, no memory for the model
  bool interrupted = false;
  bool ok() const { return error.empty() && !interrupted; }
};

/// A scenario with values of its own, as `--set` gives them.
struct TrialSetting {
  std::vector<std::string> overrides;
};

/// Runs the scenario whose tree is `root` and whose file is `path` once for each setting, at most
/// `jobs` at a time, each in a process of its own; results in the order of the settings.
std::vector<Trial> RunTrials(const config::Node& root, const std::string& path,
                             const std::vector<TrialSetting>& settings, int jobs, const Going& going);

}  // namespace headroom::capacity
