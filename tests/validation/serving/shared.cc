#include "tests/validation/serving/shared.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace headroom::validation {

std::string SharedFolder() {
  const char* set = std::getenv("HEADROOM_SHARED");
  const std::string folder = set ? set : std::string(HEADROOM_SOURCE_DIR) + "/../shared";
  return std::filesystem::is_directory(folder) ? folder : "";
}

std::string ServingFile(const std::string& name) {
  const std::string folder = SharedFolder();
  const std::string path = folder + "/data/serving/" + name;
  if (!folder.empty() && std::filesystem::is_regular_file(path)) return path;
  std::printf("skipped: %s is not here\n", name.c_str());
  return "";
}

const std::string& Csv::Text(std::size_t row, const std::string& column) const {
  for (std::size_t c = 0; c < columns.size(); ++c)
    if (columns[c] == column) return rows[row].at(c);
  throw std::out_of_range("no column " + column);
}

double Csv::Number(std::size_t row, const std::string& column) const {
  const std::string& text = Text(row, column);
  return text.empty() ? std::nan("") : std::stod(text);
}

Csv ReadCsv(const std::string& path) {
  Csv csv;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty() || line[0] == '#') continue;
    std::vector<std::string> cells;
    std::string cell;
    bool quoted = false;
    for (char c : line) {
      if (c == '"')
        quoted = !quoted;
      else if (c == ',' && !quoted)
        cells.push_back(std::exchange(cell, {}));
      else
        cell += c;
    }
    cells.push_back(cell);
    if (csv.columns.empty())
      csv.columns = cells;
    else
      csv.rows.push_back(cells);
  }
  return csv;
}

void Report(const std::string& title, const std::string& markdown) {
  std::printf("## %s\n\n%s\n", title.c_str(), markdown.c_str());
  if (const char* out = std::getenv("HEADROOM_VALIDATION_OUT")) {
    static bool fresh = true;
    std::filesystem::create_directories(out);
    std::ofstream file(std::filesystem::path(out) / "serving.md",
                       fresh ? std::ios::trunc : std::ios::app);
    if (fresh) file << "# Serving\n\n";
    fresh = false;
    file << "## " << title << "\n\n" << markdown << "\n";
  }
}

}  // namespace headroom::validation
