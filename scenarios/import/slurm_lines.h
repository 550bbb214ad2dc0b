#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/import/import.h"

namespace headroom::import {

/// A line of slurm.conf or topology.conf: `Key=value Key=value ...`, continued lines joined, comments cut, keys in lower case.
struct SlurmLine {
  int number = 0;
  std::vector<std::pair<std::string, std::string>> pairs;
  std::vector<std::string> words;  ///< that are no pairs

  const std::string& first() const { return pairs.front().first; }
  std::optional<std::string> Get(const std::string& key) const;
};

std::vector<SlurmLine> SlurmLines(const std::string& text);

}  // namespace headroom::import
