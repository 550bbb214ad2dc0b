// Kernel times of the committed profiles against measured rows that took no part in the fit.
#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/validation/kernels/measured.h"

namespace headroom::validation {
namespace {

struct Score {
  int rows = 0;
  double median = 0.0;  ///< of |predicted/measured - 1|
  double p90 = 0.0;
};

double Quantile(std::vector<double> sorted, double q) {
  const double at = q * (static_cast<double>(sorted.size()) - 1.0);
  const auto low = static_cast<size_t>(at);
  const size_t high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (at - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

Score Judge(const std::vector<Measured>& table) {
  std::vector<double> errors;
  for (size_t i = 1; i < table.size(); i += 2) {
    if (table[i].kept) errors.push_back(std::abs(table[i].predicted / table[i].seconds - 1.0));
  }
  if (errors.empty()) return {};
  std::sort(errors.begin(), errors.end());
  return {static_cast<int>(errors.size()), Quantile(errors, 0.5), Quantile(errors, 0.9)};
}

/// Largest median and p90 allowed, from bounds.csv.
std::map<TableKey, Score> Bounds() {
  std::map<TableKey, Score> out;
  std::ifstream file(HEADROOM_SOURCE_DIR "/tests/validation/kernels/bounds.csv");
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::stringstream stream(line);
    TableKey key;
    std::string median, p90;
    std::getline(stream, key.accelerator, ',');
    std::getline(stream, key.stack, ',');
    std::getline(stream, key.family, ',');
    std::getline(stream, key.precision, ',');
    std::getline(stream, median, ',');
    std::getline(stream, p90, ',');
    out[key] = {0, std::stod(median), std::stod(p90)};
  }
  return out;
}

std::string Markdown(const std::map<TableKey, Score>& scores) {
  std::string out =
      "| accelerator | stack | family | precision | rows judged | median error | p90 error |\n"
      "|---|---|---|---|---:|---:|---:|\n";
  for (const auto& [key, s] : scores) {
    out += fmt::format("| {} | {} | {} | {} | {} | {:.1f} % | {:.1f} % |\n", key.accelerator, key.stack, key.family,
                       key.precision, s.rows, 100 * s.median, 100 * s.p90);
  }
  return out;
}

TEST_CASE("kernel times of rows that were not fitted stay within the errors reached", "[validation][kernels]") {
  const std::string folder = DataFolder();
  if (folder.empty()) {
    WARN("skipped: no measured kernel tables (HEADROOM_SHARED)");
    return;
  }
  const catalog::Library library;
  std::map<TableKey, Score> scores;
  for (const auto& [key, table] : Evaluate(folder, library)) scores[key] = Judge(table);
  fmt::print("{}", Markdown(scores));
  if (const char* out = std::getenv("HEADROOM_VALIDATION_OUT")) std::ofstream(std::string(out) + "/kernels.md") << Markdown(scores);

  const std::map<TableKey, Score> bounds = Bounds();
  for (const auto& [key, s] : scores) {
    INFO(key.accelerator << "." << key.stack << " " << key.family << " " << key.precision);
    REQUIRE(bounds.contains(key));
    CHECK(s.rows > 0);
    CHECK(s.median <= bounds.at(key).median);
    CHECK(s.p90 <= bounds.at(key).p90);
  }
  CHECK(scores.size() == bounds.size());
}

}  // namespace
}  // namespace headroom::validation
