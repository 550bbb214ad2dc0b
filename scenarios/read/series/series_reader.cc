#include "scenarios/read/series/series_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string_view>

#include "scenarios/read/traces/line_reader.h"
#include "scenarios/read/weather/weather_reader.h"

namespace headroom::scenario {
namespace {

constexpr int kMostErrors = 10;
constexpr double kHour = 3600.0;
constexpr std::size_t kMostValues = 10'000'000;

std::vector<std::string_view> Cells(std::string_view line) {
  std::vector<std::string_view> cells;
  const auto trimmed = [](std::string_view cell) {
    while (!cell.empty() && (cell.front() == ' ' || cell.front() == '\t')) cell.remove_prefix(1);
    while (!cell.empty() && (cell.back() == ' ' || cell.back() == '\t')) cell.remove_suffix(1);
    return cell;
  };
  for (std::size_t comma = line.find(','); comma != line.npos; comma = line.find(',')) {
    cells.push_back(trimmed(line.substr(0, comma)));
    line.remove_prefix(comma + 1);
  }
  cells.push_back(trimmed(line));
  return cells;
}

struct Row {
  double time = 0.0, value = 0.0;  // s, SI; NaN: missing
  int line = 0;
};

class Reader {
 public:
  Reader(const std::string& path, const std::vector<SeriesColumn>& columns, Diagnostics& diagnostics)
      : path_(path), columns_(columns), diagnostics_(diagnostics) {}

  std::optional<ReadSeries> Read() {
    LineReader lines(path_);
    if (!lines.open()) return Error(0, "does not exist or cannot be read"), std::nullopt;
    std::string_view line;
    bool header = false;
    while (lines.Next(line) && errors_ < kMostErrors) {
      if (line.empty() || line.front() == '#') continue;
      const auto cells = Cells(line);
      if (header) {
        Take(cells, lines.number());
      } else if (!Header(cells, lines.number())) {
        return std::nullopt;
      }
      header = true;
    }
    if (lines.failed()) Error(lines.number(), "reading failed after this line");
    if (errors_ == 0 && rows_.size() < 2) Error(lines.number(), "has less than two rows of values");
    if (errors_ > 0) return std::nullopt;
    return Regular();
  }

 private:
  void Error(int line, const std::string& message) {
    ++errors_;
    diagnostics_.Error({path_, line, 0}, "", message);
  }

  bool Header(const std::vector<std::string_view>& names, int line) {
    const auto find = [&](std::string_view name) {
      const auto at = std::find(names.begin(), names.end(), name);
      return at == names.end() ? -1 : static_cast<int>(at - names.begin());
    };
    width_ = names.size();
    hour_ = find("hour");
    time_ = find("time");
    std::string known;
    for (const SeriesColumn& c : columns_) {
      known += (known.empty() ? "" : ", ") + std::string(c.name);
      if (const int at = find(c.name); at >= 0 && value_ < 0) {
        value_ = at;
        si_ = c.si;
      }
    }
    if (hour_ < 0 && time_ < 0) Error(line, "has no column hour or time");
    if (value_ < 0) Error(line, "has no column " + known + "; the name tells the unit");
    return errors_ == 0;
  }

  std::optional<double> Number(std::string_view cell, int line) {
    if (cell.empty() || cell == "NA" || cell == "nan" || cell == "NaN") return std::numeric_limits<double>::quiet_NaN();
    double value = 0.0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (error == std::errc() && end == cell.data() + cell.size() && std::isfinite(value)) return value;
    Error(line, fmt::format("'{:.40}' is no number", cell));
    return std::nullopt;
  }

  void Take(const std::vector<std::string_view>& cells, int line) {
    if (cells.size() != width_)
      return Error(line, fmt::format("has {} columns; the header has {}", cells.size(), width_));
    Row row;
    row.line = line;
    if (time_ >= 0) {
      const std::string text(cells[static_cast<std::size_t>(time_)]);
      const auto seconds = SecondsOfDate(text);
      if (!seconds) return Error(line, fmt::format("'{:.40}' is no date and time such as 2026-07-15T00:00", text));
      row.time = *seconds;
    } else {
      const auto hour = Number(cells[static_cast<std::size_t>(hour_)], line);
      if (!hour) return;
      if (std::isnan(*hour)) return Error(line, "has no hour");
      row.time = *hour * kHour;
    }
    if (!rows_.empty() && row.time <= rows_.back().time) return Error(line, "does not come after the row before it; times rise from row to row");
    const auto value = Number(cells[static_cast<std::size_t>(value_)], line);
    if (!value) return;
    row.value = *value * si_;
    rows_.push_back(row);
  }

  std::optional<ReadSeries> Regular() {
    double step = std::numeric_limits<double>::infinity();
    for (std::size_t i = 1; i < rows_.size(); ++i) step = std::min(step, rows_[i].time - rows_[i - 1].time);
    ReadSeries out;
    out.step = step;
    out.first = rows_.front().time;
    out.dated = time_ >= 0;
    if ((rows_.back().time - out.first) / step > static_cast<double>(kMostValues))
      return Error(0, fmt::format("has more than {} steps of {} s", kMostValues, step)), std::nullopt;
    std::size_t missing = 0;
    int first_gap = 0;
    std::vector<int> lines;
    for (const Row& row : rows_) {
      const double index = (row.time - out.first) / step, whole = std::round(index);
      if (std::abs(index - whole) > 1e-6)
        return Error(row.line, fmt::format("lies {:.6g} s from the row before; that is no whole number of the file's step, {:.6g} s",
                                           row.time - rows_[static_cast<std::size_t>(&row - rows_.data()) - 1].time, step)),
               std::nullopt;
      out.values.resize(static_cast<std::size_t>(whole), std::numeric_limits<double>::quiet_NaN());
      lines.resize(out.values.size(), row.line);
      out.values.push_back(row.value);
      lines.push_back(row.line);
    }
    if (std::isnan(out.values.front()) || std::isnan(out.values.back()))
      return Error(std::isnan(out.values.front()) ? lines.front() : lines.back(), "has no value; the first and the last row must have one"),
             std::nullopt;
    for (std::size_t i = 1; i < out.values.size(); ++i) {
      std::size_t gap = 0;
      while (std::isnan(out.values[i + gap])) ++gap;
      if (gap == 0) continue;
      if (static_cast<double>(gap) * step > kLongestSeriesGap * kHour + 1e-6)
        return Error(lines[i], fmt::format("{:.6g} h are missing before or at this line; up to {:.6g} h are bridged",
                                           static_cast<double>(gap) * step / kHour, kLongestSeriesGap)),
               std::nullopt;
      const double a = out.values[i - 1], b = out.values[i + gap];
      for (std::size_t j = 0; j < gap; ++j)
        out.values[i + j] = a + (b - a) * static_cast<double>(j + 1) / static_cast<double>(gap + 1);
      if (missing == 0) first_gap = lines[i];
      missing += gap;
    }
    if (missing > 0)
      diagnostics_.Warning({path_, first_gap, 0}, "",
                           fmt::format("{} values are missing, first here; they are bridged linearly (up to {:.6g} h in a row)", missing,
                                       kLongestSeriesGap));
    return out;
  }

  const std::string& path_;
  const std::vector<SeriesColumn>& columns_;
  Diagnostics& diagnostics_;
  std::vector<Row> rows_;
  std::size_t width_ = 0;
  int hour_ = -1, time_ = -1, value_ = -1, errors_ = 0;
  double si_ = 1.0;
};

}  // namespace

const std::vector<SeriesColumn>& PriceColumns() {
  static const std::vector<SeriesColumn> columns = {
      {"price_USD_per_MWh", 1.0 / 3.6e9}, {"price_USD_per_kWh", 1.0 / 3.6e6}, {"price_USD_per_J", 1.0}};
  return columns;
}

const std::vector<SeriesColumn>& CarbonColumns() {
  static const std::vector<SeriesColumn> columns = {
      {"carbon_g_per_kWh", 1e-3 / 3.6e6}, {"carbon_kg_per_MWh", 1.0 / 3.6e9}, {"carbon_kg_per_J", 1.0}};
  return columns;
}

std::optional<ReadSeries> ReadSeriesFile(const std::string& path, const std::vector<SeriesColumn>& columns, Diagnostics& diagnostics) {
  return Reader(path, columns, diagnostics).Read();
}

std::optional<double> SecondsOfDate(const std::string& text) {
  int year = 0;
  if (std::sscanf(text.c_str(), "%4d-", &year) != 1 || year < 1) return {};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  const auto hour = HourOfYear(text, leap ? 8784 : 8760);
  if (!hour) return {};
  const int before = year - 1;
  const double days = 365.0 * before + before / 4 - before / 100 + before / 400;
  return days * 86400.0 + *hour * kHour;
}

}  // namespace headroom::scenario
