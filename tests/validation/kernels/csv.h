#pragma once

#include <map>
#include <string>
#include <vector>

namespace headroom::validation {

/// One line of a table, by column name.
using Row = std::map<std::string, std::string>;

/// The rows of a comma-separated file; lines that start with # are comments, the first other line names the columns.
std::vector<Row> Read(const std::string& path);
double Number(const Row& row, const std::string& name);

}  // namespace headroom::validation
