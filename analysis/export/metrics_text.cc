#include "analysis/export/metrics_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <vector>

#include "analysis/export/columns.h"

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

constexpr std::size_t kBlock = 1 << 20;  ///< values of a series read at once

void WriteSeriesCsv(const Report& r, const std::string& name, Output& out) {
  const SeriesShape shape = r.shape(name);
  std::string text = "time_s";
  for (std::size_t e = 0; e < shape.width; ++e)
    text += "," + Field(shape.spec.entities.empty() ? name : shape.spec.entities[e]);
  out.Write(text + "\n");
  const std::size_t rows = std::max<std::size_t>(1, kBlock / std::max<std::size_t>(1, shape.width));
  std::vector<float> block;
  for (std::size_t from = 0; from < shape.rows; from += rows) {
    const std::size_t count = std::min(rows, shape.rows - from);
    block.resize(count * shape.width);
    r.ReadRows(name, from, count, block.data());
    for (std::size_t t = 0; t < count; ++t) {
      text = Number(r.times()[from + t]);
      for (std::size_t e = 0; e < shape.width; ++e) {
        const float v = block[t * shape.width + e];
        text += "," + (std::isfinite(v) ? fmt::format("{}", v) : "");
      }
      out.Write(text + "\n");
    }
  }
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

void WriteTableCsv(const Report& report, const std::string& name, Output& out) {
  if (name.empty() || name[0] != '/') return WriteSeriesCsv(report, name, out);
  const Table t = report.table(name);
  std::string line;
  for (std::size_t i = 0; i < t.columns.size(); ++i) line += (i ? "," : "") + Field(t.columns[i].name);
  out.Write(line + "\n");
  for (std::size_t r = 0; r < RowsOf(t); ++r) {
    line.clear();
    for (std::size_t i = 0; i < t.columns.size(); ++i) line += (i ? "," : "") + Cell(t.columns[i], r);
    out.Write(line + "\n");
  }
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
