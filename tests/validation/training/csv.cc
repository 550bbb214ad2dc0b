#include "tests/validation/training/csv.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace headroom::validation {
namespace {

std::vector<std::string> Split(const std::string& line) {
  std::vector<std::string> out(1);
  bool quoted = false;
  for (char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      out.emplace_back();
    } else if (c != '\r') {
      out.back().push_back(c);
    }
  }
  return out;
}

}  // namespace

Row::Row(std::vector<std::string> names, std::vector<std::string> cells) {
  for (std::size_t i = 0; i < names.size() && i < cells.size(); ++i) cells_[names[i]] = cells[i];
}

std::string Row::text(const std::string& column) const {
  const auto it = cells_.find(column);
  return it == cells_.end() ? "" : it->second;
}

double Row::number(const std::string& column, double otherwise) const {
  const std::string cell = text(column);
  char* end = nullptr;
  const double value = std::strtod(cell.c_str(), &end);
  return end == cell.c_str() ? otherwise : value;
}

std::optional<std::string> TrainingTables() {
  const char* shared = std::getenv("HEADROOM_SHARED");
  const std::string root =
      shared != nullptr ? shared : std::string(HEADROOM_SOURCE_DIR) + "/../shared";
  const std::string folder = root + "/data/training";
  if (!std::filesystem::is_directory(folder)) return std::nullopt;
  return folder;
}

std::vector<Row> ReadTable(const std::string& file) {
  std::ifstream in(file);
  std::vector<Row> out;
  std::vector<std::string> names;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    if (names.empty()) {
      names = Split(line);
    } else {
      out.emplace_back(names, Split(line));
    }
  }
  return out;
}

}  // namespace headroom::validation
