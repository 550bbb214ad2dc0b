#pragma once

#include <string>
#include <vector>

#include "scenarios/sweep/sweep_file.h"

namespace headroom::sweep {

/// What can change in the middle of a run, as paths of the scenario: "site.power.utility.limit",
/// "workloads[NAME].serve.requests.arrival.poisson". From the schema of `changes`.
std::vector<std::string> ChangeablePaths();

/// Whether `path` is one of them, or holds nothing but such.
bool CanChange(const std::string& path);

/// The element of the scenario's `changes` that makes the later ones of `settings` at `from` [s].
/// `~` as a value leaves things as they are; without any value the change is empty.
std::string ChangeText(double from, const std::vector<Setting>& settings);

}  // namespace headroom::sweep
