#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace headroom::validation {

/// One row of a measured table by column name.
class Row {
 public:
  Row(std::vector<std::string> names, std::vector<std::string> cells);
  /// "" if the column is absent or empty.
  std::string text(const std::string& column) const;
  /// `otherwise` if the cell is no number ("n/a", "", "NA").
  double number(const std::string& column, double otherwise = 0) const;

 private:
  std::map<std::string, std::string> cells_;
};

/// Folder of measured tables, or nothing (the tests then say that they are skipped).
std::optional<std::string> TrainingTables();
/// Rows of a table; lines that open with '#' are notes. A cell may be quoted.
std::vector<Row> ReadTable(const std::string& file);

}  // namespace headroom::validation
