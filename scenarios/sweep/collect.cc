#include "scenarios/sweep/collect.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "analysis/hdf5/report_reader.h"
#include "analysis/stats/effects.h"
#include "scenarios/sweep/coordinates.h"

namespace headroom::sweep {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

struct Figures {
  std::map<std::string, std::size_t> index;  ///< of a metric among the columns
  std::vector<std::vector<double>> rows;
  std::map<std::string, std::vector<std::string>> words;
};

void Take(const MetricSet& metrics, std::size_t point, std::size_t points,
          report::SweepTable* table, Figures* figures) {
  std::vector<double>& row = figures->rows[point];
  for (const Metric& m : metrics.all()) {
    if (!m.text.empty()) {
      auto& texts = figures->words[m.name];
      texts.resize(points);
      texts[point] = m.text;
      continue;
    }
    const auto [at, is_new] = figures->index.emplace(m.name, table->metrics.size());
    if (is_new) {
      table->metrics.push_back(m.name);
      table->units.push_back(m.unit);
    }
    if (row.size() <= at->second) row.resize(at->second + 1, kNone);
    row[at->second] = m.value;
  }
}

std::vector<double> ValuesOf(const report::SweepTable& table, std::size_t metric) {
  std::vector<double> out(table.points);
  for (std::size_t p = 0; p < out.size(); ++p)
    out[p] = table.values[p * table.metrics.size() + metric];
  return out;
}

}  // namespace

report::SweepTable Gather(const Folder& folder, const Plan& plan) {
  const std::size_t points = plan.points.size();
  report::SweepTable table;
  table.points = points;
  table.title = plan.name;
  table.program_version = plan.version;
  table.digest = plan.digest;
  table.coordinates = Coordinates(plan);
  const std::vector<PointState> states = folder.States(plan);
  Figures figures;
  figures.rows.resize(points);
  std::vector<std::string> status(points), ids(points);
  std::vector<std::int64_t> cases(points), repeats(points), seeds(points);
  for (std::size_t p = 0; p < points; ++p) {
    const Point& point = plan.points[p];
    ids[p] = point.id;
    cases[p] = static_cast<std::int64_t>(p / plan.repeat);
    repeats[p] = point.repeat;
    seeds[p] = static_cast<std::int64_t>(point.seed);
    if (states[p] == PointState::kLeft || states[p] == PointState::kFailed) {
      status[p] = states[p] == PointState::kLeft ? "left" : "failed";
      continue;
    }
    const report::Report report(folder.report(point.id));
    status[p] = report.summary().status;
    Take(report.summary().metrics, p, points, &table, &figures);
  }
  table.values.assign(points * table.metrics.size(), kNone);
  for (std::size_t p = 0; p < points; ++p)
    std::copy(figures.rows[p].begin(), figures.rows[p].end(),
              table.values.begin() + static_cast<std::ptrdiff_t>(p * table.metrics.size()));
  table.coordinates.push_back(
      {"case", "1", "points of one case differ in their seed alone", cases, {}});
  table.coordinates.push_back({"repeat", "1", "number within the case", repeats, {}});
  table.coordinates.push_back({"seed", "1", "of the random streams", seeds, {}});
  table.coordinates.push_back({"report", "", "reports/NAME.h5 in the sweep's folder", ids, {}});
  table.words.push_back({"status", "", "how the run ended; left: no report yet", status, {}});
  for (auto& [name, texts] : figures.words) {
    texts.resize(points);
    table.words.push_back({name, "", "figure that is a word", texts, {}});
  }
  return table;
}

void AddStatistics(const Plan& plan, report::SweepTable* table) {
  if (plan.repeat > 1) {
    std::vector<std::int64_t> cases;
    std::vector<std::string> metric;
    std::vector<double> mean, deviation, low, median, high;
    for (std::size_t m = 0; m < table->metrics.size(); ++m) {
      const std::vector<double> all = ValuesOf(*table, m);
      for (std::size_t c = 0; c * plan.repeat < all.size(); ++c) {
        const auto first = all.begin() + static_cast<std::ptrdiff_t>(c * plan.repeat);
        const std::vector<double> of_case(first, first + plan.repeat);
        const stats::Moments moments = stats::MomentsOf(of_case);
        if (moments.count == 0) continue;
        cases.push_back(static_cast<std::int64_t>(c));
        metric.push_back(table->metrics[m]);
        mean.push_back(moments.mean);
        deviation.push_back(moments.deviation);
        low.push_back(stats::Quantile(of_case, 0.05));
        median.push_back(stats::Quantile(of_case, 0.5));
        high.push_back(stats::Quantile(of_case, 0.95));
      }
    }
    if (!cases.empty())
      table->tables.push_back({"/repeats",
                               "row",
                               {{"case", "1", "number of the case", cases, {}},
                                {"metric", "", "name of the figure", metric, {}},
                                {"mean", "", "over repeats", mean, {}},
                                {"deviation", "", "standard, over repeats", deviation, {}},
                                {"p05", "", "quantile over repeats", low, {}},
                                {"p50", "", "quantile over repeats", median, {}},
                                {"p95", "", "quantile over repeats", high, {}}}});
  }
  std::vector<std::string> coordinate, metric;
  std::vector<double> share;
  for (const Column& c : table->coordinates) {
    if (c.name == "case" || c.name == "repeat" || c.name == "seed" || c.name == "report") continue;
    const auto* numbers = std::get_if<std::vector<double>>(&c.values);
    const auto* texts = std::get_if<std::vector<std::string>>(&c.values);
    const std::vector<int> groups = numbers ? stats::GroupsOf(*numbers) : stats::GroupsOf(*texts);
    if (std::set<int>(groups.begin(), groups.end()).size() < 2) continue;
    for (std::size_t m = 0; m < table->metrics.size(); ++m) {
      const double s =
          stats::MainEffect(groups, ValuesOf(*table, m), !plan.sampled && plan.repeat == 1);
      if (s <= 1e-9) continue;
      coordinate.push_back(c.name);
      metric.push_back(table->metrics[m]);
      share.push_back(s);
    }
  }
  if (!share.empty())
    table->tables.push_back({"/sensitivity",
                             "row",
                             {{"coordinate", "", "what is varied", coordinate, {}},
                              {"metric", "", "name of the figure", metric, {}},
                              {"share",
                               "1",
                               "of the figure's variance that the coordinate explains alone",
                               share,
                               {}}}});
}

}  // namespace headroom::sweep
