#include "scenarios/sweep/coordinates.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>

#include "sim/config/decimal.h"
#include "sim/config/yaml_tree.h"

namespace headroom::sweep {
namespace {

using Leaves = std::vector<std::pair<std::string, std::string>>;

void TakeApart(const std::string& path, const config::Node& node, Leaves* out) {
  if (node.is_map() && !node.entries.empty()) {
    for (const auto& [key, value] : node.entries) TakeApart(path + "." + key.scalar, value, out);
    return;
  }
  out->emplace_back(path, node.is_scalar() ? node.scalar : FlowText(node));
}

/// The texts of one path by point; nothing where a point does not set it.
struct Path {
  std::string name;
  std::vector<std::optional<std::string>> texts;
};

Column ColumnOf(const Path& path) {
  Column column;
  column.name = path.name;
  std::replace(column.name.begin(), column.name.end(), '/', '_');
  std::replace(column.name.begin(), column.name.end(), ' ', '_');
  column.long_name = "varied in the scenario";
  std::vector<double> numbers;
  std::vector<std::string> texts;
  std::optional<std::string> unit;
  bool numeric = true;
  for (const auto& text : path.texts) {
    texts.push_back(text.value_or(""));
    numbers.push_back(std::numeric_limits<double>::quiet_NaN());
    if (!text) continue;
    const auto number = config::SplitNumber(*text);
    numeric = numeric && number && (!unit || *unit == number->rest);
    if (!numeric) continue;
    unit = number->rest;
    numbers.back() = config::Decimal(number->digits, number->exponent);
  }
  if (numeric && unit) {
    column.units = unit->empty() ? "1" : *unit;
    column.values = std::move(numbers);
  } else {
    column.values = std::move(texts);
  }
  return column;
}

}  // namespace

std::vector<Column> Coordinates(const Plan& plan) {
  std::map<Setting, Leaves, decltype([](const Setting& a, const Setting& b) {
             return a.path != b.path ? a.path < b.path : a.text < b.text;
           })>
      seen;
  std::vector<Path> paths;
  std::map<std::string, std::size_t> index;
  for (std::size_t p = 0; p < plan.points.size(); ++p) {
    for (const Setting& setting : plan.points[p].settings) {
      if (setting.later && setting.text == "~") continue;  // as it is
      auto [leaves, is_new] = seen.try_emplace(setting);
      if (is_new)
        TakeApart(setting.path, config::ParseYaml(setting.text, setting.path), &leaves->second);
      for (const auto& [path, text] : leaves->second) {
        if (path == "seed") continue;  // a column of every sweep
        const auto [at, is_new_path] = index.emplace(path, paths.size());
        if (is_new_path)
          paths.push_back({path, std::vector<std::optional<std::string>>(plan.points.size())});
        paths[at->second].texts[p] = text;
      }
    }
  }
  std::vector<Column> out;
  for (const Path& path : paths) out.push_back(ColumnOf(path));
  return out;
}

}  // namespace headroom::sweep
