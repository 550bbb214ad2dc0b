#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/build/simulation.h"

namespace headroom::cli {

/// The arguments of every subcommand that takes a scenario.
struct ScenarioOptions {
  std::string file;
  std::string variant;
  std::vector<std::string> overrides;
  std::optional<std::uint64_t> seed;

  /// `file_as`: how the file itself is given.
  void AddTo(CLI::App& app, const char* file_as = "SCENARIO");
  /// Loads the file with the overrides and the seed in it.
  scenario::Prepared Prepare() const;
};

/// Warnings go to stderr, one line each.
void PrintWarnings(const std::vector<Finding>& warnings);

}  // namespace headroom::cli
