#include "sim/core/diagnostics.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <tuple>

namespace headroom {
namespace {

std::string Join(const std::vector<Finding>& findings) {
  std::string out;
  for (const Finding& f : findings) out += (out.empty() ? "" : "\n") + f.Text();
  return out;
}

std::size_t EditDistance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
    }
  }
  return row.back();
}

}  // namespace

std::string Finding::Text() const {
  std::string out;
  if (!place.file.empty()) out += place.file + ":";
  if (place.line > 0) out += fmt::format("{}:{}:", place.line, place.column);
  if (!out.empty()) out += " ";
  if (!path.empty()) out += path + ": ";
  return out + message;
}

ConfigError::ConfigError(std::vector<Finding> findings)
    : std::runtime_error(Join(findings)), findings_(std::move(findings)) {}

ConfigError::ConfigError(const std::string& message)
    : std::runtime_error(message), findings_{Finding{{}, "", message}} {}

void Diagnostics::Error(Place place, std::string path, std::string message) {
  errors_.push_back({std::move(place), std::move(path), std::move(message)});
}

void Diagnostics::Warning(Place place, std::string path, std::string message) {
  warnings_.push_back({std::move(place), std::move(path), std::move(message)});
}

void Diagnostics::ThrowIfErrors() const {
  if (errors_.empty()) return;
  std::vector<Finding> sorted = errors_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.place.file, a.place.line, a.place.column) <
           std::tie(b.place.file, b.place.line, b.place.column);
  });
  throw ConfigError(std::move(sorted));
}

std::string Nearest(const std::string& word, const std::vector<std::string>& known) {
  std::string best;
  std::size_t distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& k : known) {
    const std::size_t d = EditDistance(word, k);
    if (d < distance) {
      distance = d;
      best = k;
    }
  }
  return best;
}

}  // namespace headroom
