#include "scenarios/study/measurements.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "scenarios/read/traces/line_reader.h"
#include "sim/config/quantity_text.h"
#include "sim/core/diagnostics.h"

namespace headroom::study {
namespace {

[[noreturn]] void Fail(const std::string& file, int line, const std::string& message) {
  throw ConfigError({Finding{{file, line, 0}, "", message}});
}

/// Cells of one line of CSV; quotes may hold commas and doubled quotes.
std::vector<std::string> Cells(std::string_view line) {
  std::vector<std::string> out(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"')
      out.back() += line[i++];
    else if (line[i] == '"')
      quoted = !quoted;
    else if (line[i] == ',' && !quoted)
      out.emplace_back();
    else
      out.back() += line[i];
  }
  return out;
}

class Table {
 public:
  explicit Table(const std::string& path) : path_(path), lines_(path) {
    if (!lines_.open()) throw ConfigError(fmt::format("no file {}", path));
    if (!Next()) Fail(path, 1, "the file is empty");
    header_ = cells_;
  }
  bool Next() {
    std::string_view line;
    while (lines_.Next(line)) {
      if (line.empty() || line.front() == '#') continue;
      cells_ = Cells(line);
      if (!header_.empty() && cells_.size() != header_.size())
        Fail(path_, lines_.number(), fmt::format("has {} cells, the header {}", cells_.size(), header_.size()));
      return true;
    }
    return false;
  }
  int line() const { return lines_.number(); }
  int Column(const std::string& name) const {
    const auto at = std::find(header_.begin(), header_.end(), name);
    return at == header_.end() ? -1 : static_cast<int>(at - header_.begin());
  }
  const std::string& Text(int column) const { return cells_[static_cast<std::size_t>(column)]; }
  double Number(int column) const {
    const auto read = config::ParseNumber(Text(column));
    if (!read.ok()) Fail(path_, line(), fmt::format("{}: {}", header_[static_cast<std::size_t>(column)], read.error));
    return read.value;
  }
  const std::vector<std::string>& header() const { return header_; }

 private:
  const std::string& path_;
  scenario::LineReader lines_;
  std::vector<std::string> header_, cells_;
};

std::vector<std::string> Settings(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find(';', from), text.size());
    if (end > from) out.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  return out;
}

void ReadFigures(Table& table, Measurements* out) {
  const int metric = table.Column("metric"), value = table.Column("value"), set = table.Column("set"),
            deviation = table.Column("deviation");
  std::map<std::string, std::size_t> runs;
  while (table.Next()) {
    const std::string settings = set >= 0 ? table.Text(set) : "";
    const auto [run, fresh] = runs.emplace(settings, out->runs.size());
    if (fresh) out->runs.push_back(Settings(settings));
    out->rows.push_back({run->second, table.Text(metric), table.Number(value),
                         deviation >= 0 ? table.Number(deviation) : 0.0, table.line()});
  }
}

void ReadCollectives(Table& table, const Columns& columns, const scenario::Prepared& prepared, Measurements* out) {
  std::string workload;
  for (const schema::Workload& w : prepared.loaded.scenario.workloads())
    if (w.has_collective()) workload = w.name();
  if (workload.empty()) Fail(out->file, 1, "is a table of collectives, and the scenario has no collective workload");
  const int size = table.Column(columns.size), value = table.Column(columns.value);
  if (value < 0)
    Fail(out->file, 1, fmt::format("has no column '{}'; --value names the measured one of {}", columns.value,
                                   fmt::join(table.header(), ", ")));
  std::string sizes;
  while (table.Next()) {
    const auto seconds = config::ParseQuantity(table.Text(value) + " " + columns.unit, "s");
    if (!seconds.ok()) Fail(out->file, table.line(), columns.value + ": " + seconds.error);
    sizes += fmt::format("{}{:.0f} B", sizes.empty() ? "" : ", ", table.Number(size));
    // The n-th size of the workload; its name is known once it has run.
    out->rows.push_back({0, fmt::format("workloads.{}.collectives.#{}.time", workload, out->rows.size()), seconds.value,
                         0.0, table.line()});
  }
  out->runs.push_back({fmt::format("workloads[{}].collective.sizes=[{}]", workload, sizes)});
}

}  // namespace

Measurements ReadMeasurements(const std::string& path, const Columns& columns, const scenario::Prepared& prepared) {
  Measurements out;
  out.file = path;
  Table table(path);
  if (table.Column("metric") >= 0 && table.Column("value") >= 0)
    ReadFigures(table, &out);
  else if (table.Column(columns.size) >= 0)
    ReadCollectives(table, columns, prepared, &out);
  else
    Fail(path, 1, "has neither the columns metric and value nor a column of sizes");
  if (out.rows.empty()) Fail(path, 1, "holds no measurement");
  return out;
}

}  // namespace headroom::study
