#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace headroom::validation {

/// Folder of the held values: $HEADROOM_SHARED or ../shared beside the source; empty if there is
/// none.
std::string SharedFolder();
/// Path below it of a file of serving data; empty, with a line on stdout that says so, where it is
/// absent.
std::string ServingFile(const std::string& name);

/// A CSV with `#` comment lines and a header.
struct Csv {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
  const std::string& Text(std::size_t row, const std::string& column) const;
  double Number(std::size_t row, const std::string& column) const;  ///< NaN where empty
};
Csv ReadCsv(const std::string& path);

/// Adds a section to $HEADROOM_VALIDATION_OUT/serving.md, and prints it.
void Report(const std::string& title, const std::string& markdown);

}  // namespace headroom::validation
