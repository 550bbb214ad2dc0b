#include "scenarios/sweep/sensitivity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "analysis/stats/effects.h"
#include "analysis/stats/sensitivity.h"
#include "sim/core/diagnostics.h"

namespace headroom::sweep {
namespace {

/// Of each case the mean over its repeats.
std::vector<double> CaseMeans(const Plan& plan, const report::SweepTable& table, std::size_t metric) {
  std::vector<double> out(table.points / plan.repeat);
  for (std::size_t p = 0; p < out.size() * plan.repeat; ++p)
    out[p / plan.repeat] += table.values[p * table.metrics.size() + metric] / plan.repeat;
  return out;
}

bool Varies(const std::vector<double>& y) {
  const stats::Moments m = stats::MomentsOf(y);
  return m.count > 1 && m.deviation > 1e-12 * std::abs(m.mean);
}

/// A table of rows (coordinate, metric, figures), of each metric the largest `by` first.
class Rows {
 public:
  Rows(std::string path, std::vector<Column> figures) : path_(std::move(path)), figures_(std::move(figures)) {}

  void Add(const std::string& coordinate, const std::string& metric, const std::vector<double>& figures) {
    rows_.push_back({coordinate, metric, figures});
  }
  /// Sorts what was added since the last call.
  void EndMetric() {
    std::stable_sort(rows_.begin() + static_cast<std::ptrdiff_t>(sorted_), rows_.end(),
                     [](const OneRow& a, const OneRow& b) { return a.figures[0] > b.figures[0]; });
    sorted_ = rows_.size();
  }
  void Into(report::SweepTable* table) const {
    if (rows_.empty()) return;
    std::vector<std::string> coordinate, metric;
    std::vector<std::vector<double>> columns(figures_.size());
    for (const OneRow& r : rows_) {
      coordinate.push_back(r.coordinate);
      metric.push_back(r.metric);
      for (std::size_t i = 0; i < columns.size(); ++i) columns[i].push_back(r.figures[i]);
    }
    Table out{path_, "row", {}};
    out.columns.push_back({"coordinate", "", "what is varied", coordinate, {}});
    out.columns.push_back({"metric", "", "name of the figure", metric, {}});
    for (std::size_t i = 0; i < columns.size(); ++i) {
      out.columns.push_back(figures_[i]);
      out.columns.back().values = columns[i];
    }
    table->tables.push_back(std::move(out));
  }

 private:
  struct OneRow {
    std::string coordinate, metric;
    std::vector<double> figures;
  };
  std::string path_;
  std::vector<Column> figures_;
  std::vector<OneRow> rows_;
  std::size_t sorted_ = 0;
};

void AddMorris(const Plan& plan, report::SweepTable* table) {
  const std::size_t axes = plan.drawn.axes.size(), cases = table->points / plan.repeat;
  const std::vector<double> design = stats::MorrisWalks(cases / (axes + 1), axes, plan.drawn.seed);
  Rows rows("/morris",
            {{"mean_absolute", "", "mean of |elementary effect| over the coordinate's whole range, in the figure's unit", {}, {}},
             {"mean", "", "mean of the elementary effects", {}, {}},
             {"deviation", "", "standard, of the elementary effects: curvature and interaction", {}, {}},
             {"count", "1", "steps", {}, {}}});
  for (std::size_t m = 0; m < table->metrics.size(); ++m) {
    const std::vector<double> y = CaseMeans(plan, *table, m);
    if (!Varies(y)) continue;
    const auto effects = stats::EffectsOf(design, axes, y);
    for (std::size_t a = 0; a < axes; ++a)
      if (effects[a].count > 0)
        rows.Add(plan.drawn.axes[a], table->metrics[m],
                 {effects[a].mean_absolute, effects[a].mean, effects[a].deviation, static_cast<double>(effects[a].count)});
    rows.EndMetric();
  }
  rows.Into(table);
}

void AddSobol(const Plan& plan, report::SweepTable* table) {
  const std::size_t axes = plan.drawn.axes.size();
  Rows rows("/sobol", {{"total", "1", "share of the variance that falls away with the coordinate, interactions included", {}, {}},
                       {"first", "1", "share of the variance that the coordinate explains alone", {}, {}}});
  for (std::size_t m = 0; m < table->metrics.size(); ++m) {
    const std::vector<double> y = CaseMeans(plan, *table, m);
    if (!Varies(y)) continue;
    const auto indices = stats::SobolIndicesOf(axes, y);
    for (std::size_t a = 0; a < axes; ++a)
      rows.Add(plan.drawn.axes[a], table->metrics[m], {indices[a].total, indices[a].first});
    rows.EndMetric();
  }
  rows.Into(table);
}

void AddMainEffects(const Plan& plan, report::SweepTable* table) {
  struct Grouped {
    std::string name;
    std::vector<int> groups;
  };
  std::vector<Grouped> coordinates;
  for (const Column& c : table->coordinates) {
    if (c.name == "case" || c.name == "repeat" || c.name == "seed" || c.name == "report") continue;
    const auto* numbers = std::get_if<std::vector<double>>(&c.values);
    const auto* texts = std::get_if<std::vector<std::string>>(&c.values);
    std::vector<int> groups = numbers ? stats::GroupsOf(*numbers) : stats::GroupsOf(*texts);
    for (std::size_t i = 0; i * plan.repeat < groups.size(); ++i) groups[i] = groups[i * plan.repeat];
    groups.resize(table->points / plan.repeat);
    if (std::set<int>(groups.begin(), groups.end()).size() > 1) coordinates.push_back({c.name, std::move(groups)});
  }
  Rows rows("/sensitivity", {{"share", "1", "of the figure's variance that the coordinate explains alone", {}, {}}});
  for (std::size_t m = 0; m < table->metrics.size(); ++m) {
    const std::vector<double> y = CaseMeans(plan, *table, m);
    if (!Varies(y)) continue;
    for (const Grouped& c : coordinates) {
      const double share = stats::MainEffect(c.groups, y, plan.drawn.method.empty());
      if (share > 1e-9) rows.Add(c.name, table->metrics[m], {share});
    }
    rows.EndMetric();
  }
  rows.Into(table);
}

}  // namespace

void AddSensitivity(const Plan& plan, report::SweepTable* table) {
  if (plan.drawn.method == "morris")
    AddMorris(plan, table);
  else if (plan.drawn.method == "saltelli")
    AddSobol(plan, table);
  else
    AddMainEffects(plan, table);
}

const char* SensitivityTable(const Plan& plan) {
  return plan.drawn.method == "morris" ? "/morris" : plan.drawn.method == "saltelli" ? "/sobol" : "/sensitivity";
}

Table Ranking(const Plan& plan, const report::SweepTable& table, const std::string& metric) {
  if (std::find(table.metrics.begin(), table.metrics.end(), metric) == table.metrics.end()) {
    const std::string near = Nearest(metric, table.metrics);
    throw ConfigError(fmt::format("no point of the sweep has the metric {}{}", metric,
                                  near.empty() ? "" : "; did you mean '" + near + "'?"));
  }
  Table out{SensitivityTable(plan), "row", {}};
  for (const Table& t : table.tables) {
    if (t.path != out.path) continue;
    const auto& names = std::get<std::vector<std::string>>(t.columns[1].values);
    for (std::size_t c = 0; c < t.columns.size(); ++c) {
      if (c == 1) continue;
      Column column = t.columns[c];
      std::visit(
          [&](auto& values) {
            std::size_t kept = 0;
            for (std::size_t i = 0; i < values.size(); ++i)
              if (names[i] == metric) values[kept++] = values[i];
            values.resize(kept);
          },
          column.values);
      out.columns.push_back(std::move(column));
    }
  }
  return out;
}

}  // namespace headroom::sweep
