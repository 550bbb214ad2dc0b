#include "tests/validation/scheduling/shared_table.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace headroom::validation {

std::string SharedPath(const std::string& file) {
  const char* folder = std::getenv("HEADROOM_SHARED");
  return (folder ? std::string(folder) : std::string(HEADROOM_SOURCE_DIR "/../shared")) + "/" + file;
}

std::optional<SharedTable> SharedTable::Read(const std::string& file) {
  const std::string path = SharedPath("data/scheduling/" + file);
  std::ifstream in(path);
  if (!in) {
    fmt::print("skipped: {} is not there\n", path);
    return std::nullopt;
  }
  SharedTable table;
  bool header = true;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (line[i] == '"') {
        if (quoted && i + 1 < line.size() && line[i + 1] == '"') cells.back() += line[i++];
        else quoted = !quoted;
      } else if (line[i] == ',' && !quoted) {
        cells.emplace_back();
      } else if (line[i] != '\r') {
        cells.back() += line[i];
      }
    }
    if (header) {
      for (std::size_t i = 0; i < cells.size(); ++i) table.columns_[cells[i]] = i;
    } else {
      cells.resize(table.columns_.size());
      table.rows_.push_back(std::move(cells));
    }
    header = false;
  }
  return table;
}

const std::string& SharedTable::text(std::size_t row, const std::string& column) const {
  const auto it = columns_.find(column);
  if (it == columns_.end()) throw std::runtime_error("no column " + column);
  return rows_.at(row).at(it->second);
}

double SharedTable::number(std::size_t row, const std::string& column) const { return std::stod(text(row, column)); }

}  // namespace headroom::validation
