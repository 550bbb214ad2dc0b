#include "analysis/compare/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>

#include "analysis/stats/effects.h"
#include "sim/config/yaml_tree.h"

namespace headroom::report {
namespace {

using Leaves = std::vector<std::pair<std::string, std::string>>;

void Flatten(const config::Node& node, const std::string& path, Leaves* out) {
  if (node.is_map() && !node.entries.empty()) {
    for (const auto& [key, value] : node.entries)
      Flatten(value, path.empty() ? key.scalar : path + "." + key.scalar, out);
  } else if (node.is_list() && !node.items.empty()) {
    const std::vector<std::string> labels = config::ElementLabels(node);
    for (std::size_t i = 0; i < node.items.size(); ++i)
      Flatten(node.items[i], fmt::format("{}[{}]", path, labels[i]), out);
  } else {
    out->emplace_back(path, node.is_scalar() ? node.scalar : node.is_list() ? "[]" : "{}");
  }
}

Leaves LeavesOf(const std::string& scenario) {
  Leaves out;
  Flatten(config::ParseYaml(scenario, "scenario"), "", &out);
  std::erase_if(out, [](const auto& leaf) { return leaf.first == "seed"; });
  return out;
}

void FindInputs(const std::vector<Leaves>& leaves, Comparison* c) {
  std::vector<std::string> order;
  std::map<std::string, std::vector<std::string>> values;
  for (std::size_t k = 0; k < leaves.size(); ++k)
    for (const auto& [path, text] : leaves[k]) {
      auto [at, is_new] = values.try_emplace(path, leaves.size(), "-");
      if (is_new) order.push_back(path);
      at->second[k] = text;
    }
  for (const std::string& path : order) {
    const auto& row = values[path];
    if (std::any_of(row.begin(), row.end(), [&](const std::string& v) { return v != row.front(); }))
      c->inputs.push_back({path, row});
  }
}

Verdict Judge(const ComparedValue& a, const ComparedValue& b, bool repeated, Direction direction) {
  if (b.difference == 0.0) return Verdict::kSame;
  if (repeated && b.p >= 0.05) return Verdict::kUnclear;
  if (std::abs(b.difference) <= 1e-9 * std::max(std::abs(a.mean), std::abs(b.mean)))
    return Verdict::kSame;
  if (direction == Direction::kNeither) return Verdict::kDifferent;
  return (b.difference > 0.0) == (direction == Direction::kMore) ? Verdict::kBetter
                                                                 : Verdict::kWorse;
}

ComparedMetric Row(const Metric& first, const std::vector<std::vector<const Report*>>& groups) {
  ComparedMetric row{first.name, first.unit, DirectionOf(first.name), {}};
  stats::Moments base;
  for (std::size_t k = 0; k < groups.size(); ++k) {
    std::vector<double> values;
    ComparedValue v;
    for (const Report* r : groups[k]) {
      const Metric* m = r->summary().metrics.Find(first.name);
      if (m == nullptr) continue;
      if (m->text.empty())
        values.push_back(m->value);
      else
        v.text = v.text.empty() || v.text == m->text ? m->text : "several";
    }
    const stats::Moments moments = stats::MomentsOf(values);
    v.mean = moments.mean;
    v.deviation = moments.deviation;
    if (k == 0) {
      base = moments;
    } else if (!v.text.empty() || !row.values[0].text.empty()) {
      v.verdict = v.text == row.values[0].text ? Verdict::kSame : Verdict::kDifferent;
    } else if (base.count == 0 || moments.count == 0) {
      v.difference = v.relative = std::numeric_limits<double>::quiet_NaN();
      v.verdict = Verdict::kDifferent;
    } else {
      v.difference = moments.mean - base.mean;
      v.relative = base.mean != 0.0 ? v.difference / std::abs(base.mean)
                                    : std::numeric_limits<double>::quiet_NaN();
      v.p = stats::WelchP(base, moments);
      v.verdict = Judge(row.values[0], v, base.count > 1 && moments.count > 1, row.direction);
    }
    row.values.push_back(v);
  }
  return row;
}

}  // namespace

Comparison Compare(const std::vector<Report>& reports) {
  std::vector<const Report*> pointers;
  for (const Report& r : reports) pointers.push_back(&r);
  return Compare(pointers);
}

Comparison Compare(const std::vector<const Report*>& reports) {
  Comparison c;
  std::vector<std::vector<const Report*>> groups;
  std::vector<Leaves> leaves;
  for (const Report* at : reports) {
    const Report& r = *at;
    Leaves of = LeavesOf(r.scenario_text());
    // Equal files side by side stay apart; the same scenario with another seed is a repeat.
    std::size_t k = 0;
    while (k < groups.size() &&
           (leaves[k] != of ||
            std::any_of(groups[k].begin(), groups[k].end(),
                        [&](const Report* o) { return o->summary().seed == r.summary().seed; })))
      ++k;
    if (k == groups.size()) {
      groups.emplace_back();
      leaves.push_back(std::move(of));
      c.columns.push_back(
          {std::filesystem::path(r.path()).filename().string(), {}, r.scenario_text()});
    }
    groups[k].push_back(&r);
    c.columns[k].files.push_back(r.path());
  }
  for (ComparedColumn& column : c.columns)
    if (column.files.size() > 1) column.label += fmt::format(" (x{})", column.files.size());
  FindInputs(leaves, &c);
  std::map<std::string, bool> seen;
  for (const Report* r : reports)
    for (const Metric& m : r->summary().metrics.all())
      if (!std::exchange(seen[m.name], true)) c.metrics.push_back(Row(m, groups));
  return c;
}

}  // namespace headroom::report
