#include "tests/validation/kernels/csv.h"

#include <fstream>
#include <sstream>

namespace headroom::validation {
namespace {

std::vector<std::string> Split(const std::string& line) {
  std::vector<std::string> out;
  std::stringstream stream(line);
  for (std::string cell; std::getline(stream, cell, ',');) out.push_back(cell);
  return out;
}

}  // namespace

std::vector<Row> Read(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> names;
  std::vector<Row> out;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const std::vector<std::string> cells = Split(line);
    if (names.empty()) {
      names = cells;
      continue;
    }
    Row row;
    for (size_t i = 0; i < names.size() && i < cells.size(); ++i) row[names[i]] = cells[i];
    out.push_back(row);
  }
  return out;
}

double Number(const Row& row, const std::string& name) { return std::stod(row.at(name)); }

}  // namespace headroom::validation
