#include "scenarios/study/measurements.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

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

/// Names of precisions as scenarios spell them, and as tables of frameworks do.
compute::Precision PrecisionOf(const Table& table, const std::string& file, std::string word) {
  static const std::map<std::string, std::string> spelled = {{"bfloat16", "bf16"}, {"float16", "fp16"}, {"half", "fp16"}, {"float32", "fp32"}};
  if (const auto found = spelled.find(word); found != spelled.end()) word = found->second;
  try {
    return compute::PrecisionFromName(word);
  } catch (const std::invalid_argument&) {
    Fail(file, table.line(), fmt::format("'{}' is no precision such as bf16 or fp8", word));
  }
}

/// Whether a row is one of those asked for.
class Filter {
 public:
  Filter(const Table& table, const std::string& file, const std::vector<std::string>& where) {
    for (const std::string& text : where) {
      const auto equals = text.find('=');
      const int column = equals == text.npos ? -1 : table.Column(text.substr(0, equals));
      if (column < 0) Fail(file, 1, fmt::format("--where {}: is not COLUMN=TEXT of a column of {}", text, fmt::join(table.header(), ", ")));
      wanted_.emplace_back(column, text.substr(equals + 1));
    }
  }
  bool Takes(const Table& table) const {
    return std::all_of(wanted_.begin(), wanted_.end(), [&](const auto& w) { return table.Text(w.first) == w.second; });
  }

 private:
  std::vector<std::pair<int, std::string>> wanted_;
};

void ReadKernels(Table& table, const Columns& columns, bool attention, Measurements* out) {
  const int value = table.Column(columns.value);
  if (value < 0)
    Fail(out->file, 1, fmt::format("has no column '{}'; --value names the measured one of {}", columns.value,
                                   fmt::join(table.header(), ", ")));
  const Filter filter(table, out->file, columns.where);
  const auto number = [&](const char* column, double otherwise) {
    const int c = table.Column(column);
    const double x = c < 0 ? otherwise : table.Number(c);
    if (!(x > 0.0)) Fail(out->file, table.line(), fmt::format("{} is {}; it must be positive", column, x));
    return x;
  };
  const int precision = table.Column("precision");
  while (table.Next()) {
    if (!filter.Takes(table)) continue;
    KernelCall call;
    call.attention = attention;
    call.precision = PrecisionOf(table, out->file, precision < 0 ? columns.precision : table.Text(precision));
    std::string name;
    if (attention) {
      call.shape.sequences = number("sequences", 1);
      call.shape.query = number("query", 1);
      call.shape.context = number("context", 1);
      call.shape.heads = number("heads", 1);
      call.shape.kv_heads = number("kv_heads", call.shape.heads);
      call.shape.head_dim = call.shape.v_dim = number("head_dim", 128);
      call.shape.kv_bytes = number("kv_bytes", 2);
      if (call.shape.context < call.shape.query)
        Fail(out->file, table.line(), fmt::format("context is {} and query {}; the context holds the query", call.shape.context, call.shape.query));
      name = "attention";
    } else {
      call.gemm = {number("m", 1), number("n", 1), number("k", 1), number("batch", 1)};
      if (table.Column("groups") >= 0) call.groups = number("groups", 1);
      name = "gemm";
    }
    const auto seconds = config::ParseQuantity(table.Text(value) + " " + columns.unit, "s");
    if (!seconds.ok()) Fail(out->file, table.line(), columns.value + ": " + seconds.error);
    if (!(seconds.value > 0.0)) Fail(out->file, table.line(), columns.value + " is not more than 0");
    out->rows.push_back({out->kernels.size(), name, seconds.value, 0.0, table.line()});
    out->kernels.push_back(call);
  }
}

}  // namespace

Measurements ReadMeasurements(const std::string& path, const Columns& columns, const scenario::Prepared& prepared) {
  Measurements out;
  out.file = path;
  Table table(path);
  if (table.Column("metric") >= 0 && table.Column("value") >= 0)
    ReadFigures(table, &out);
  else if (table.Column("m") >= 0 && table.Column("n") >= 0 && table.Column("k") >= 0)
    ReadKernels(table, columns, false, &out);
  else if (table.Column("context") >= 0 && table.Column("heads") >= 0)
    ReadKernels(table, columns, true, &out);
  else if (table.Column(columns.size) >= 0)
    ReadCollectives(table, columns, prepared, &out);
  else
    Fail(path, 1, "has neither the columns metric and value, nor m, n and k, nor context and heads, nor a column of sizes");
  if (out.rows.empty()) Fail(path, 1, "holds no measurement");
  return out;
}

}  // namespace headroom::study
