#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/compare/compare.h"
#include "analysis/hdf5/figure.h"
#include "sim/config/json.h"

namespace headroom::report {
namespace {

using config::Json;

const char* WordOf(Verdict v) {
  switch (v) {
    case Verdict::kBaseline:
      return "";
    case Verdict::kSame:
      return "same";
    case Verdict::kBetter:
      return "better";
    case Verdict::kWorse:
      return "worse";
    case Verdict::kDifferent:
      return "different";
    case Verdict::kUnclear:
      return "unclear";
  }
  return "";
}

std::string Percent(double relative) {
  if (!std::isfinite(relative)) return "";
  const double p = 100.0 * relative;
  return std::abs(p) < 10.0 ? fmt::format("{:+.2f} %", p) : fmt::format("{:+.0f} %", p);
}

std::string Shown(const ComparedMetric& m, const ComparedValue& v) {
  return !v.text.empty() ? v.text : std::isnan(v.mean) ? "-" : Figure(v.mean, m.unit);
}

/// The cells of one line: name, A, then value, difference, per cent and verdict of each further
/// column.
std::vector<std::string> Cells(const ComparedMetric& m) {
  std::vector<std::string> out{m.name, Shown(m, m.values[0])};
  for (std::size_t k = 1; k < m.values.size(); ++k) {
    const ComparedValue& v = m.values[k];
    out.push_back(Shown(m, v));
    out.push_back(v.verdict == Verdict::kSame || !v.text.empty() || std::isnan(v.difference)
                      ? ""
                      : Figure(v.difference, m.unit == "degC" ? "K" : m.unit));
    out.push_back(v.verdict == Verdict::kSame ? "" : Percent(v.relative));
    out.push_back(WordOf(v.verdict));
  }
  return out;
}

std::vector<std::string> Heads(const Comparison& c) {
  std::vector<std::string> out{"metric", c.columns[0].label};
  for (std::size_t k = 1; k < c.columns.size(); ++k) {
    out.push_back(c.columns[k].label);
    out.insert(out.end(), {"difference", "%", "verdict"});
  }
  return out;
}

std::string Aligned(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> width;
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (width.size() <= i) width.push_back(0);
      width[i] = std::max(width[i], row[i].size());
    }
  std::string out;
  for (const auto& row : rows) {
    std::string line = " ";
    for (std::size_t i = 0; i < row.size(); ++i)
      line += i == 0 ? fmt::format(" {:<{}}", row[i], width[i])
                     : fmt::format("  {:>{}}", row[i], width[i]);
    out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return out;
}

std::string Field(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string MarkdownLine(const std::vector<std::string>& cells) {
  std::string out = "|";
  for (std::string cell : cells) {
    for (std::size_t at = 0; (at = cell.find('|', at)) != std::string::npos; at += 2)
      cell.insert(at, "\\");
    out += " " + cell + " |";
  }
  return out + "\n";
}

std::vector<std::string> InputHeads(const Comparison& c) {
  std::vector<std::string> out{"input"};
  for (const ComparedColumn& column : c.columns) out.push_back(column.label);
  return out;
}

std::vector<std::string> InputCells(const InputDifference& d) {
  std::vector<std::string> out{d.path};
  out.insert(out.end(), d.values.begin(), d.values.end());
  return out;
}

Json Number(double v) { return Json::Raw(std::isfinite(v) ? fmt::format("{}", v) : "null"); }

}  // namespace

std::string ComparisonText(const Comparison& c) {
  std::vector<std::vector<std::string>> inputs{InputHeads(c)}, metrics{Heads(c)};
  for (const InputDifference& d : c.inputs) inputs.push_back(InputCells(d));
  std::size_t same = 0;
  for (const ComparedMetric& m : c.metrics) {
    const bool differs =
        std::any_of(m.values.begin() + 1, m.values.end(),
                    [](const ComparedValue& v) { return v.verdict != Verdict::kSame; });
    if (differs)
      metrics.push_back(Cells(m));
    else
      ++same;
  }
  std::string out = c.inputs.empty() ? "the inputs are equal\n"
                                     : "what differs in the inputs\n" + Aligned(inputs);
  out += metrics.size() == 1 ? "\nevery figure is the same\n"
                             : "\nwhat comes out\n" + Aligned(metrics);
  if (same > 0 && metrics.size() > 1) out += fmt::format("  {} more figures are the same\n", same);
  return out;
}

std::string ComparisonMarkdown(const Comparison& c) {
  const auto rule = [](std::size_t columns) {
    std::string out = "|---|";
    for (std::size_t i = 1; i < columns; ++i) out += "---:|";
    return out + "\n";
  };
  std::string out;
  if (!c.inputs.empty()) {
    out += MarkdownLine(InputHeads(c)) + rule(c.columns.size() + 1);
    for (const InputDifference& d : c.inputs) out += MarkdownLine(InputCells(d));
    out += "\n";
  }
  out += MarkdownLine(Heads(c)) + rule(Heads(c).size());
  for (const ComparedMetric& m : c.metrics) out += MarkdownLine(Cells(m));
  return out;
}

std::string ComparisonCsv(const Comparison& c) {
  std::string out = "metric,unit,column,value,deviation,difference,relative,p,verdict\n";
  const auto number = [](double v) {
    return std::isfinite(v) ? fmt::format("{}", v) : std::string();
  };
  for (const ComparedMetric& m : c.metrics)
    for (std::size_t k = 0; k < m.values.size(); ++k) {
      const ComparedValue& v = m.values[k];
      out += fmt::format("{},{},{},{},{},{},{},{},{}\n", Field(m.name), Field(m.unit),
                         Field(c.columns[k].label), v.text.empty() ? number(v.mean) : Field(v.text),
                         number(v.deviation), k ? number(v.difference) : "",
                         k ? number(v.relative) : "", k ? number(v.p) : "", WordOf(v.verdict));
    }
  return out;
}

std::string ComparisonJson(const Comparison& c) {
  Json columns = Json::Array(), inputs = Json::Array(), metrics = Json::Object();
  for (const ComparedColumn& column : c.columns) {
    Json files = Json::Array();
    for (const std::string& f : column.files) files.Add(Json::String(f));
    columns.Add(std::move(
        Json::Object().Set("label", Json::String(column.label)).Set("files", std::move(files))));
  }
  for (const InputDifference& d : c.inputs) {
    Json values = Json::Array();
    for (const std::string& v : d.values) values.Add(Json::String(v));
    inputs.Add(std::move(
        Json::Object().Set("path", Json::String(d.path)).Set("values", std::move(values))));
  }
  for (const ComparedMetric& m : c.metrics) {
    Json values = Json::Array();
    for (std::size_t k = 0; k < m.values.size(); ++k) {
      const ComparedValue& v = m.values[k];
      Json one = Json::Object();
      one.Set("value", v.text.empty() ? Number(v.mean) : Json::String(v.text));
      if (c.columns[k].files.size() > 1) one.Set("deviation", Number(v.deviation));
      if (k > 0) {
        one.Set("difference", Number(v.difference));
        one.Set("relative", Number(v.relative));
        if (c.columns[k].files.size() > 1) one.Set("p", Number(v.p));
        one.Set("verdict", Json::String(WordOf(v.verdict)));
      }
      values.Add(std::move(one));
    }
    metrics.Set(
        m.name,
        std::move(
            Json::Object().Set("unit", Json::String(m.unit)).Set("values", std::move(values))));
  }
  Json out = Json::Object();
  out.Set("columns", std::move(columns));
  out.Set("inputs", std::move(inputs));
  out.Set("metrics", std::move(metrics));
  return out.Text() + "\n";
}

}  // namespace headroom::report
