#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/export/chart.h"
#include "analysis/export/gantt.h"
#include "analysis/export/html_report.h"
#include "analysis/hdf5/figure.h"
#include "sim/config/quantity_text.h"
#include "sim/config/yaml_tree.h"

namespace headroom::report {
namespace {

constexpr std::size_t kPoints = 240;

bool Has(const Report& r, const std::string& series) {
  const auto& names = r.series_names();
  return std::find(names.begin(), names.end(), series) != names.end();
}

template <class Test>
bool Any(const std::vector<double>& values, Test test) {
  return std::any_of(values.begin(), values.end(), test);
}

/// The lines of a series, one per entity, thinned; `label` for a series of one.
std::vector<ChartSeries> Lines(const Report& r, const std::string& name, const std::string& label) {
  if (!Has(r, name)) return {};
  const SeriesValues v = r.series(name);
  const std::size_t width = std::max<std::size_t>(1, v.spec.entities.size());
  std::vector<ChartSeries> out;
  for (std::size_t e = 0; e < width; ++e) {
    ChartSeries s;
    s.label = v.spec.entities.empty() ? label : v.spec.entities[e];
    s.x = v.times;
    for (std::size_t t = 0; t < v.times.size(); ++t) s.y.push_back(v.values[t * width + e]);
    // What is zero or missing throughout has no line.
    if (width == 1 ? Any(s.y, [](double y) { return std::isfinite(y); })
                   : Any(s.y, [](double y) { return std::isfinite(y) && y != 0.0; }))
      out.push_back(Thinned(std::move(s), kPoints));
  }
  return out;
}

/// The value of a key of the resolved scenario in SI.
std::optional<double> Written(const Report& r, std::initializer_list<const char*> path,
                              const char* unit) {
  const config::Node root = config::ParseYaml(r.scenario_text(), "scenario");
  const config::Node* node = &root;
  for (const char* key : path)
    if (!(node = node->Find(key))) return std::nullopt;
  const config::QuantityResult q = config::ParseQuantity(node->scalar, unit);
  return q.ok() ? std::optional(q.value) : std::nullopt;
}

std::string Power(const Report& r) {
  Chart c;
  c.title = "Power at the utility and at the racks";
  c.help = "mean of each recording interval; the band is from the smallest to the largest mean";
  c.unit = "W";
  c.from_zero = true;
  for (const auto& [name, label] : {std::pair{"site_power", "utility"}, {"it_power", "racks"}})
    for (ChartSeries& s : Lines(r, name, label)) c.series.push_back(std::move(s));
  if (const auto limit = Written(r, {"site", "power", "utility", "limit"}, "W"))
    c.limit = ChartLimit{"limit " + Figure(*limit, "W"), *limit};
  return ChartHtml(c);
}

std::string One(const Report& r, const std::string& name, const std::string& title,
                const std::string& help, const std::string& unit, bool percent, bool zero) {
  Chart c;
  c.title = title;
  c.help = help;
  c.unit = unit;
  c.percent = percent;
  c.from_zero = zero;
  c.series = Lines(r, name, "");
  // Switches have neither clocks nor dies.
  if (name == "clock" || name == "die_temperature")
    std::erase_if(c.series, [](const ChartSeries& s) { return s.label.starts_with("fabric/"); });
  return ChartHtml(c);
}

/// One chart per workload: what they put out differs too much for one scale.
std::string Tokens(const Report& r) {
  std::string out;
  for (ChartSeries& s : Lines(r, "tokens_per_second", "")) {
    Chart c;
    c.title = "Tokens per second, " + s.label;
    c.help = "trained or put out, mean of each recording interval";
    c.unit = "1/s";
    c.from_zero = true;
    s.label.clear();
    c.series.push_back(std::move(s));
    out += ChartHtml(c);
  }
  return out;
}

const std::vector<double>* Doubles(const Table& t, const std::string& name) {
  for (const Column& c : t.columns)
    if (c.name == name) return std::get_if<std::vector<double>>(&c.values);
  return nullptr;
}

ChartSeries Distribution(const std::string& label, std::vector<double> values) {
  std::erase_if(values, [](double v) { return !(v > 0.0); });
  std::sort(values.begin(), values.end());
  ChartSeries s;
  s.label = label;
  const std::size_t n = values.size(), most = std::min<std::size_t>(n, kPoints);
  for (std::size_t k = 0; k < most; ++k) {
    const std::size_t i = most > 1 ? k * (n - 1) / (most - 1) : 0;
    s.x.push_back(values[i]);
    s.y.push_back(static_cast<double>(i + 1) / static_cast<double>(n));
  }
  return s;
}

std::string Latencies(const Report& r) {
  std::string out;
  for (const std::string& path : r.table_paths()) {
    if (!path.ends_with("/requests")) continue;
    const Table t = r.table(path);
    const auto *arrival = Doubles(t, "arrival"), *first = Doubles(t, "first_token"),
               *finish = Doubles(t, "finish");
    if (!arrival || !first || !finish) continue;
    std::vector<double> ttft, e2e;
    for (std::size_t i = 0; i < arrival->size(); ++i) {
      ttft.push_back((*first)[i] - (*arrival)[i]);
      e2e.push_back((*finish)[i] - (*arrival)[i]);
    }
    Chart c;
    c.title = "Share of requests answered within a time, " + path.substr(11, path.size() - 20);
    c.help = "cumulative distribution of the time to the first token and to the last";
    c.unit = "1";
    c.percent = true;
    c.x_time = false;
    c.x_label = "from arrival";
    c.series = {Distribution("first token", ttft), Distribution("last token", e2e)};
    out += ChartHtml(c);
  }
  return out;
}

/// One bar for every group of metrics that are parts of a whole.
std::string Breakdowns(const Report& r) {
  std::string out;
  std::vector<std::string> done;
  for (const Metric& m : r.summary().metrics.all()) {
    std::string stem, title, help;
    if (const auto at = m.name.find(".time.");
        at != m.name.npos && m.name.starts_with("workloads.")) {
      stem = m.name.substr(0, at + 6);
      title = "A step of " + m.name.substr(10, at - 10);
      help = "where the time of the median step goes";
    } else if (m.name.starts_with("site.power.losses.")) {
      stem = "site.power.losses.";
      title = "Losses of the power chain";
      help = "mean loss of each conversion stage";
    } else if (m.name.starts_with("site.cost.")) {
      stem = "site.cost.";
      title = r.summary().metrics.Find("site.cost.it") ? "Cost of the run"
                                                       : "Cost of the run, IT not priced";
      help = "capital written off over the run, energy and operation";
    } else {
      continue;
    }
    if (std::find(done.begin(), done.end(), stem) != done.end()) continue;
    done.push_back(stem);
    std::vector<BarPart> parts;
    for (const Metric& part : r.summary().metrics.all())
      if (part.name.starts_with(stem) && part.name != "site.cost.total")
        parts.push_back({Words(part.name.substr(stem.size())), part.value});
    out += BarHtml(title, help, m.unit, parts);
  }
  return out;
}

/// What was measured beside the twin's, of a replay.
std::string Replayed(const Report& r) {
  std::string out;
  for (const std::string& path : r.table_paths()) {
    if (!path.starts_with("/replay/") || path == "/replay/scores") continue;
    const Table t = r.table(path);
    const auto* time = Doubles(t, "time");
    Chart c;
    c.help = "measured and simulated, mean of each step of the series";
    for (const Column& column : t.columns) {
      if (column.name == "time") continue;
      if (column.name == "measured") c.title = column.long_name, c.unit = column.units;
      const auto* values = std::get_if<std::vector<double>>(&column.values);
      if (time && values) c.series.push_back(Thinned({column.name, *time, *values, {}, {}}, kPoints));
    }
    out += ChartHtml(c);
  }
  return out;
}

std::string Section(const char* title, const std::string& figures) {
  return figures.empty()
             ? ""
             : fmt::format("<h2>{}</h2><div class=\"figures\">{}</div>", title, figures);
}

}  // namespace

std::string FiguresHtml(const Report& r) {
  return Section("Measured and twin", Replayed(r)) + Section("Where it goes", Breakdowns(r)) +
         Section("The work",
                 GanttHtml(r) + Latencies(r) + Tokens(r) +
                     One(r, "outstanding_requests", "Requests in the house",
                         "requests that wait or are being answered", "1", false, true) +
                     One(r, "utilisation", "Utilisation of accelerators",
                         "busy share of what is installed", "1", true, true) +
                     One(r, "clock", "Clock", "share of the full clock that the plant allows", "1",
                         true, true)) +
         Section("Power",
                 Power(r) +
                     One(r, "rack_group_power", "Power of groups of racks",
                         "at the inlets, all racks of a group together", "W", false, true) +
                     One(r, "cooling_power", "Power of the cooling plant",
                         "electric power of pumps, fans and chillers", "W", false, true) +
                     One(r, "pue", "PUE", "power at the utility over power at the racks", "1",
                         false, false)) +
         Section("Heat", One(r, "die_temperature", "Die temperatures", "of accelerators under work",
                             "degC", false, false) +
                             One(r, "loop_temperature", "Water and air",
                                 "temperatures of the facility's loops", "degC", false, false));
}

}  // namespace headroom::report
