#include "tests/validation/plant/reference.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace headroom::validation {
namespace {

std::vector<std::string> Split(const std::string& line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (char c : line) {
    if (c == '"')
      quoted = !quoted;
    else if (c == ',' && !quoted)
      cells.emplace_back();
    else if (c != '\r')
      cells.back() += c;
  }
  return cells;
}

}  // namespace

const std::string& Csv::text(std::size_t row, const std::string& column) const {
  const auto found = columns_.find(column);
  if (found == columns_.end()) throw std::runtime_error("no column " + column);
  return rows_.at(row).at(found->second);
}

double Csv::number(std::size_t row, const std::string& column) const {
  return std::stod(text(row, column));
}

double Csv::rounding(std::size_t row, const std::string& column) const {
  const std::string& t = text(row, column);
  const auto dot = t.find('.');
  return dot == std::string::npos ? 0.5
                                  : 0.5 * std::pow(10.0, -static_cast<double>(t.size() - dot - 1));
}

std::optional<Csv> ReadReference(const std::string& name) {
  const char* shared = std::getenv("HEADROOM_SHARED");
  const std::string path =
      (shared ? std::string(shared) : HEADROOM_SOURCE_DIR "/../shared") + "/data/facility/" + name;
  gzFile in = gzopen(path.c_str(), "rb");  // plain files pass through
  if (!in) {
    fmt::print("skipped: {} is not there\n", name);
    return std::nullopt;
  }
  std::string all(1 << 16, '\0'), text;
  for (int got; (got = gzread(in, all.data(), static_cast<unsigned>(all.size()))) > 0;)
    text.append(all, 0, static_cast<std::size_t>(got));
  gzclose(in);
  Csv csv;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    if (line.empty() || line[0] == '#') continue;
    auto cells = Split(line);
    if (csv.columns_.empty()) {
      for (std::size_t i = 0; i < cells.size(); ++i) csv.columns_[cells[i]] = i;
    } else {
      csv.rows_.push_back(std::move(cells));
    }
  }
  return csv;
}

void TrajectoryError::Add(double predicted, double held) {
  square += (predicted - held) * (predicted - held);
  most = std::max(most, std::abs(predicted - held));
  sum += held;
  predicted_sum += predicted;
  ++points;
}

double TrajectoryError::rms() const { return std::sqrt(square / points); }

void CompareTrajectory(const std::string& name, const std::string& reference,
                       const TrajectoryError& error, const std::string& unit) {
  Compare(fmt::format("{}, mean of {} points", name, error.points), reference, error.mean(),
          error.predicted_mean(), unit,
          fmt::format("{:.2g} {} rms, {:.2g} {} at most", error.rms(), unit, error.most, unit));
}

void Compare(const std::string& what, const std::string& reference, double measured,
             double predicted, const std::string& unit, const std::string& error) {
  static bool first = true;
  const std::string row = fmt::format("| {} | {} | {:.7g} {} | {:.7g} {} | {} |\n", what, reference,
                                      measured, unit, predicted, unit, error);
  fmt::print("{}", row);
  const char* out = std::getenv("HEADROOM_VALIDATION_OUT");
  if (out) {
    std::ofstream file(std::string(out) + "/plant.md", first ? std::ios::trunc : std::ios::app);
    if (first)
      file << "# Plant\n\n| quantity | held value from | reference | predicted | error "
              "|\n|---|---|---|---|---|\n";
    file << row;
  }
  first = false;
}

}  // namespace headroom::validation
