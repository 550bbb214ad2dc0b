#include "models/training/routing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <stdexcept>

#include "sim/core/check.h"

namespace headroom::training {
namespace {

std::vector<std::string> Cells(const std::string& line) {
  std::vector<std::string> out(1);
  for (const char c : line) {
    if (c == ',') {
      out.emplace_back();
    } else if (c != '\r' && c != ' ') {
      out.back() += c;
    }
  }
  return out;
}

double Number(const std::string& cell, std::size_t line, const char* column) {
  std::size_t used = 0;
  double value = -1;
  try {
    value = std::stod(cell, &used);
  } catch (const std::exception&) {
    used = 0;
  }
  if (used == 0 || used != cell.size() || !std::isfinite(value) || value < 0)
    throw std::invalid_argument(
        fmt::format("line {}: {} is '{}'; it must be a number of at least 0", line, column, cell));
  return value;
}

}  // namespace

double BusiestRank(const std::vector<double>& loads, std::uint32_t ranks) {
  HR_CHECK(ranks > 0 && !loads.empty() && loads.size() % ranks == 0, loads.size(), ranks);
  const std::size_t each = loads.size() / ranks;
  const double total = std::accumulate(loads.begin(), loads.end(), 0.0);
  if (total <= 0) return 1;
  double most = 0;
  for (std::uint32_t r = 0; r < ranks; ++r) {
    const auto first = loads.begin() + r * each;
    most = std::max(most, std::accumulate(first, first + each, 0.0));
  }
  return most * ranks / total;
}

std::vector<double> ZipfLoads(std::uint32_t experts, double per_token, double exponent,
                              std::uint32_t ranks) {
  HR_CHECK(experts % ranks == 0 && per_token <= experts, experts, ranks, per_token);
  std::vector<double> popular(experts);
  for (std::uint32_t i = 0; i < experts; ++i) popular[i] = std::pow(i + 1.0, -exponent);
  // Those that every token visits keep 1; the others share what is left as before.
  std::uint32_t full = 0;
  double scale = 0;
  while (true) {
    const double rest = std::accumulate(popular.begin() + full, popular.end(), 0.0);
    scale = (per_token - full) / rest;
    if (full >= experts || popular[full] * scale <= 1) break;
    ++full;
  }
  std::vector<double> out(experts);
  const std::uint32_t each = experts / ranks;
  for (std::uint32_t i = 0; i < experts; ++i)
    out[i % ranks * each + i / ranks] = i < full ? 1.0 : popular[i] * scale;
  return out;
}

double RoutingTrace::Busiest(std::uint32_t ranks) const {
  double sum = 0;
  for (const auto& loads : layers) sum += BusiestRank(loads, ranks);
  return layers.empty() ? 1 : sum / layers.size();
}

RoutingTrace ReadRouting(std::istream& in, std::uint32_t experts) {
  std::string text;
  std::size_t line = 0;
  std::map<std::string, std::size_t> columns;
  std::map<double, std::vector<double>> layers;
  while (std::getline(in, text)) {
    ++line;
    if (text.empty() || text.front() == '#') continue;
    const std::vector<std::string> cells = Cells(text);
    if (columns.empty()) {
      for (std::size_t i = 0; i < cells.size(); ++i) columns[cells[i]] = i;
      for (const char* name : {"layer", "expert", "tokens"}) {
        if (columns.count(name) == 0)
          throw std::invalid_argument(fmt::format("line {}: there is no column '{}'", line, name));
      }
      continue;
    }
    const auto value = [&](const char* name) {
      const std::size_t i = columns[name];
      if (i >= cells.size())
        throw std::invalid_argument(fmt::format("line {}: there is no {}", line, name));
      return Number(cells[i], line, name);
    };
    const double layer = value("layer"), expert = value("expert");
    if (expert >= experts || expert != std::floor(expert))
      throw std::invalid_argument(fmt::format("line {}: expert is {}; the model has experts 0 to {}",
                                              line, expert, experts - 1));
    auto& loads = layers[layer];
    loads.resize(experts, 0.0);
    loads[static_cast<std::size_t>(expert)] += value("tokens");
  }
  if (layers.empty()) throw std::invalid_argument("no rows");
  RoutingTrace out;
  for (auto& [layer, loads] : layers) {
    if (std::accumulate(loads.begin(), loads.end(), 0.0) <= 0)
      throw std::invalid_argument(fmt::format("layer {} has no tokens", layer));
    out.layers.push_back(std::move(loads));
  }
  return out;
}

}  // namespace headroom::training
