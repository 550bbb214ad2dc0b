#include "analysis/export/metrics_text.h"

#include <fmt/format.h>

#include <cctype>
#include <cmath>
#include <map>

namespace headroom::report {
namespace {

std::string Field(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string Number(double v) { return std::isfinite(v) ? fmt::format("{}", v) : ""; }

std::string Cell(const Column& c, std::size_t row) {
  if (const auto* v = std::get_if<std::vector<double>>(&c.values)) return Number((*v)[row]);
  if (const auto* v = std::get_if<std::vector<std::int64_t>>(&c.values))
    return std::to_string((*v)[row]);
  if (const auto* v = std::get_if<std::vector<std::string>>(&c.values)) return Field((*v)[row]);
  const std::uint8_t flag = std::get<std::vector<std::uint8_t>>(c.values)[row];
  return flag < c.flags.size() ? Field(c.flags[flag]) : std::to_string(flag);
}

std::string SeriesCsv(const SeriesValues& s) {
  std::string out = "time_s";
  const std::size_t width = std::max<std::size_t>(1, s.spec.entities.size());
  for (std::size_t e = 0; e < width; ++e)
    out += "," + Field(s.spec.entities.empty() ? s.spec.name : s.spec.entities[e]);
  out += "\n";
  for (std::size_t t = 0; t < s.times.size(); ++t) {
    out += Number(s.times[t]);
    for (std::size_t e = 0; e < width; ++e)
      out +=
          "," + (std::isfinite(s.values[t * width + e]) ? fmt::format("{}", s.values[t * width + e])
                                                        : "");
    out += "\n";
  }
  return out;
}

/// `name` with what OpenMetrics allows in names.
std::string Plain(const std::string& name) {
  std::string out;
  for (const char c : name) out += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return out;
}

std::string Label(const std::string& value) {
  std::string out;
  for (const char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return out;
}

const char* UnitName(const std::string& unit) {
  static const std::map<std::string, const char*> names = {{"s", "seconds"},
                                                           {"B", "bytes"},
                                                           {"W", "watts"},
                                                           {"J", "joules"},
                                                           {"degC", "celsius"},
                                                           {"USD", "usd"},
                                                           {"kg", "kilograms"},
                                                           {"m^3", "cubic_metres"},
                                                           {"W/s", "watts_per_second"},
                                                           {"B/s", "bytes_per_second"},
                                                           {"1/s", "per_second"},
                                                           {"FLOP/s", "flop_per_second"}};
  const auto found = names.find(unit);
  return found == names.end() ? "" : found->second;
}

}  // namespace

std::string MetricsCsv(const Report& report) {
  std::string out = "metric,value,unit\n";
  for (const Metric& m : report.summary().metrics.all())
    out += fmt::format("{},{},{}\n", Field(m.name),
                       m.text.empty() ? Number(m.value) : Field(m.text), Field(m.unit));
  return out;
}

std::string TableCsv(const Report& report, const std::string& name) {
  if (name.empty() || name[0] != '/') return SeriesCsv(report.series(name));
  const Table t = report.table(name);
  std::string out;
  for (std::size_t i = 0; i < t.columns.size(); ++i)
    out += (i ? "," : "") + Field(t.columns[i].name);
  out += "\n";
  const std::size_t rows =
      t.columns.empty() ? 0
                        : std::visit([](const auto& v) { return v.size(); }, t.columns[0].values);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t i = 0; i < t.columns.size(); ++i)
      out += (i ? "," : "") + Cell(t.columns[i], r);
    out += "\n";
  }
  return out;
}

std::string OpenMetrics(const Report& report) {
  struct Family {
    std::string unit;
    std::string samples;
  };
  std::map<std::string, Family> families;
  for (const Metric& m : report.summary().metrics.all()) {
    std::string rest = m.name,
                labels = fmt::format("scenario=\"{}\"", Label(report.summary().name));
    if (rest.starts_with("workloads.")) {
      const std::size_t dot = rest.find('.', 10);
      labels += fmt::format(",workload=\"{}\"", Label(rest.substr(10, dot - 10)));
      rest = "workload." + rest.substr(dot + 1);
    }
    std::string family = "headroom_" + Plain(rest);
    const std::string unit = UnitName(m.unit);
    if (!unit.empty() && !family.ends_with("_" + unit)) family += "_" + unit;
    if (!m.text.empty()) labels += fmt::format(",value=\"{}\"", Label(m.text));
    Family& f = families[family];
    f.unit = unit;
    f.samples += fmt::format("{}{{{}}} {}\n", family, labels,
                             m.text.empty() ? fmt::format("{}", m.value) : "1");
  }
  std::string out;
  for (const auto& [name, f] : families) {
    out += fmt::format("# TYPE {} gauge\n", name);
    if (!f.unit.empty()) out += fmt::format("# UNIT {} {}\n", name, f.unit);
    out += f.samples;
  }
  return out + "# EOF\n";
}

}  // namespace headroom::report
