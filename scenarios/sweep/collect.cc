#include "scenarios/sweep/collect.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "analysis/hdf5/report_reader.h"
#include "analysis/stats/effects.h"
#include "scenarios/sweep/coordinates.h"
#include "scenarios/sweep/rows.h"
#include "scenarios/sweep/sensitivity.h"

namespace headroom::sweep {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Where the figures of one kind of run go.
struct Places {
  std::vector<std::size_t> columns;                ///< of numbers, by figure
  std::vector<std::vector<std::string>*> words;    ///< by figure, where it is a word
};

class Gatherer {
 public:
  Gatherer(std::size_t points, report::SweepTable* table) : points_(points), table_(*table) {
    rows_.resize(points);
  }

  void Take(const MetricSet& metrics, std::size_t point) {
    for (const Metric& m : metrics.all()) {
      if (!m.text.empty())
        Words(m.name)[point] = m.text;
      else
        Put(point, ColumnOf(m.name, m.unit), m.value);
    }
  }

  void Take(const Row& row, std::size_t point) {
    Places& places = places_[row.layout];
    const std::size_t count = row.layout->names.size();
    if (places.columns.empty())
      for (std::size_t i = 0; i < count; ++i) {
        const bool word = row.layout->words[i] != 0;
        places.columns.push_back(word ? 0 : ColumnOf(row.layout->names[i], row.layout->units[i]));
        places.words.push_back(word ? &Words(row.layout->names[i]) : nullptr);
      }
    std::size_t word = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (places.words[i])
        (*places.words[i])[point] = row.texts[word++];
      else
        Put(point, places.columns[i], row.values[i]);
    }
  }

  /// Fills the table's values, and gives the words by name.
  std::map<std::string, std::vector<std::string>> Finish() {
    const std::size_t width = table_.metrics.size();
    table_.values.assign(points_ * width, kNone);
    for (std::size_t p = 0; p < points_; ++p)
      std::copy(rows_[p].begin(), rows_[p].end(),
                table_.values.begin() + static_cast<std::ptrdiff_t>(p * width));
    return std::move(words_);
  }

 private:
  std::size_t ColumnOf(const std::string& name, const std::string& unit) {
    const auto [at, is_new] = index_.emplace(name, table_.metrics.size());
    if (is_new) {
      table_.metrics.push_back(name);
      table_.units.push_back(unit);
    }
    return at->second;
  }
  std::vector<std::string>& Words(const std::string& name) {
    auto& texts = words_[name];
    texts.resize(points_);
    return texts;
  }
  void Put(std::size_t point, std::size_t column, double value) {
    std::vector<double>& row = rows_[point];
    if (row.size() <= column) row.resize(std::max(column + 1, table_.metrics.size()), kNone);
    row[column] = value;
  }

  std::size_t points_;
  report::SweepTable& table_;
  std::map<std::string, std::size_t> index_;  ///< of a metric among the columns
  std::map<const RowLayout*, Places> places_;  ///< looked up alone, never walked
  std::vector<std::vector<double>> rows_;
  std::map<std::string, std::vector<std::string>> words_;
};

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
  Gatherer figures(points, &table);
  const Rows rows(folder);
  Row row;
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
    const std::string path = folder.report(point.id);
    if (rows.Find(point.id, StateOf(path), &row)) {
      status[p] = row.status;
      figures.Take(row, p);
      continue;
    }
    const report::Report report(path);
    status[p] = report.summary().status;
    figures.Take(report.summary().metrics, p);
    AppendRow(folder, point.id, path, status[p], report.summary().metrics);
  }
  table.coordinates.push_back(
      {"case", "1", "points of one case differ in their seed alone", cases, {}});
  table.coordinates.push_back({"repeat", "1", "number within the case", repeats, {}});
  table.coordinates.push_back({"seed", "1", "of the random streams", seeds, {}});
  table.coordinates.push_back({"report", "", "reports/NAME.h5 in the sweep's folder", ids, {}});
  table.words.push_back({"status", "", "how the run ended; left: no report yet", status, {}});
  for (auto& [name, texts] : figures.Finish()) {
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
  AddSensitivity(plan, table);
}

}  // namespace headroom::sweep
