#include "scenarios/read/weather/weather_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string_view>

#include "models/cooling/moist_air.h"
#include "scenarios/read/traces/line_reader.h"

namespace headroom::scenario {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kZero = 273.15;
constexpr int kMostErrors = 10;

std::vector<std::string_view> Cells(std::string_view line) {
  std::vector<std::string_view> cells;
  while (true) {
    const std::size_t comma = line.find(',');
    std::string_view cell = line.substr(0, comma);
    while (!cell.empty() && (cell.front() == ' ' || cell.front() == '\t')) cell.remove_prefix(1);
    while (!cell.empty() && (cell.back() == ' ' || cell.back() == '\t')) cell.remove_suffix(1);
    cells.push_back(cell);
    if (comma == std::string_view::npos) return cells;
    line.remove_prefix(comma + 1);
  }
}

/// Relative humidity [%] to dew point: the temperature at which that vapour pressure saturates.
double DewPoint(double dry_bulb, double percent) {
  const double x = std::log(cooling::SaturationPressure(dry_bulb) * percent / 100.0 / 610.94);
  return 243.04 * x / (17.625 - x) + kZero;
}

class Reader {
 public:
  Reader(const std::string& path, Diagnostics& diagnostics)
      : path_(path), diagnostics_(diagnostics) {}

  std::vector<cooling::Outdoors> Read() {
    LineReader lines(path_);
    if (!lines.open()) return Error(0, "does not exist or cannot be read"), std::move(hours_);
    std::string_view line;
    bool header = false;
    while (lines.Next(line) && errors_ < kMostErrors) {
      if (line.empty() || line.front() == '#') continue;
      if (!header) {
        header = true;
        if (!Header(line, lines.number())) return {};
      } else {
        Row(Cells(line), lines.number());
      }
    }
    if (lines.failed()) Error(lines.number(), "reading failed after this line");
    if (errors_ == 0) Bridge(lines.number());
    return std::move(hours_);
  }

 private:
  void Error(int line, const std::string& message) {
    ++errors_;
    diagnostics_.Error({path_, line, 0}, "", message);
  }

  bool Header(std::string_view line, int number) {
    const auto names = Cells(line);
    const auto find = [&](std::string_view name) {
      const auto at = std::find(names.begin(), names.end(), name);
      return at == names.end() ? -1 : static_cast<int>(at - names.begin());
    };
    columns_ = names.size();
    hour_ = find("hour_index");
    dry_ = find("drybulb_C");
    wet_ = std::max(find("wetbulb_C"), find("wetbulb_C_derived"));
    dew_ = find("dewpoint_C");
    humidity_ = find("rh_pct");
    pressure_ = find("pressure_Pa");
    if (hour_ < 0) Error(number, "has no column hour_index");
    if (dry_ < 0) Error(number, "has no column drybulb_C");
    if (wet_ < 0 && dew_ < 0 && humidity_ < 0)
      Error(number, "has no column wetbulb_C, nor dewpoint_C or rh_pct to work it out");
    return errors_ == 0;
  }

  /// The number in a column; kNone where it is missing, an error where it is none or out of range.
  double Number(const std::vector<std::string_view>& cells, int column, double low, double high,
                int line) {
    if (column < 0) return kNone;
    const std::string_view cell = cells[static_cast<std::size_t>(column)];
    if (cell.empty() || cell == "NA" || cell == "nan" || cell == "NaN") return kNone;
    double value = 0.0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (error != std::errc() || end != cell.data() + cell.size())
      return Error(line, fmt::format("'{:.40}' is no number", cell)), kNone;
    if (!(value >= low && value <= high))
      return Error(line, fmt::format("{} does not lie within {} and {}", value, low, high)), kNone;
    return value;
  }

  void Row(const std::vector<std::string_view>& cells, int line) {
    if (cells.size() != columns_)
      return Error(line, fmt::format("has {} columns; the header has {}", cells.size(), columns_));
    const double hour = Number(cells, hour_, 0.0, 8783.0, line);
    if (std::isnan(hour)) return errors_ == 0 ? Error(line, "has no hour_index") : void();
    const auto i = static_cast<std::size_t>(hour);
    if (static_cast<double>(i) != hour || i < hours_.size())
      return Error(line, fmt::format("hour_index {} does not come after {}; hours rise from row to row", hour,
                                     static_cast<double>(hours_.size()) - 1.0));
    hours_.resize(i, {kNone, kNone});
    lines_.resize(i, line);
    const double dry = Number(cells, dry_, -90.0, 70.0, line) + kZero;
    double wet = Number(cells, wet_, -90.0, 70.0, line) + kZero;
    if (wet_ < 0) {
      const double pressure = Number(cells, pressure_, 3e4, 1.2e5, line);
      double dew = Number(cells, dew_, -90.0, 70.0, line) + kZero;
      if (dew_ < 0) dew = DewPoint(dry, std::max(0.1, Number(cells, humidity_, 0.0, 110.0, line)));
      wet = cooling::WetBulb(dry, dew, std::isnan(pressure) ? 101325.0 : pressure);
      if (std::isnan(dry) || std::isnan(dew)) wet = kNone;
    }
    if (wet > dry + 0.1)
      return Error(line, fmt::format("the wet bulb, {:.2f} degC, is above the dry bulb, {:.2f} degC",
                                     wet - kZero, dry - kZero));
    hours_.push_back({dry, std::isnan(wet) ? kNone : std::min(wet, dry)});
    lines_.push_back(line);
  }

  /// Fills what is missing between neighbours. `last` is the file's last line.
  void Bridge(int last) {
    const std::size_t year = hours_.size() > 8760 ? 8784 : 8760;
    hours_.resize(year, {kNone, kNone});
    lines_.resize(year, last);
    const std::size_t dry = Fill(&cooling::Outdoors::dry_bulb, "dry bulb");
    const std::size_t wet = Fill(&cooling::Outdoors::wet_bulb, "wet bulb");
    for (auto& h : hours_) h.wet_bulb = std::min(h.wet_bulb, h.dry_bulb);
    if (errors_ == 0 && dry + wet > 0)
      diagnostics_.Warning({path_, first_gap_, 0}, "",
                           fmt::format("{} dry and {} wet bulb readings are missing, first here; they are "
                                       "bridged linearly (up to {} h in a row)",
                                       dry, wet, kLongestWeatherGap));
  }

  std::size_t Fill(double cooling::Outdoors::*bulb, const char* name) {
    const std::size_t n = hours_.size();
    std::size_t filled = 0, first = 0;
    while (first < n && std::isnan(hours_[first].*bulb)) ++first;
    if (first == n) return Error(0, fmt::format("has no {} at all", name)), 0;
    for (std::size_t k = 0; k < n;) {
      const std::size_t at = (first + k) % n;
      std::size_t gap = 0;
      while (gap < n && std::isnan(hours_[(at + gap) % n].*bulb)) ++gap;
      if (gap > kLongestWeatherGap) {
        Error(lines_[at], fmt::format("{} h of {} are missing before or at this line; up to {} h are bridged", gap,
                                      name, kLongestWeatherGap));
        return 0;
      }
      if (gap > 0) {
        const double a = hours_[(at + n - 1) % n].*bulb, b = hours_[(at + gap) % n].*bulb;
        for (std::size_t j = 0; j < gap; ++j)
          hours_[(at + j) % n].*bulb = a + (b - a) * static_cast<double>(j + 1) / static_cast<double>(gap + 1);
        first_gap_ = first_gap_ == 0 ? lines_[at] : std::min(first_gap_, lines_[at]);
        filled += gap;
      }
      k += gap + 1;
    }
    return filled;
  }

  const std::string& path_;
  Diagnostics& diagnostics_;
  std::vector<cooling::Outdoors> hours_;
  std::vector<int> lines_;  // where each hour stands, or the row after it
  std::size_t columns_ = 0;
  int hour_ = -1, dry_ = -1, wet_ = -1, dew_ = -1, humidity_ = -1, pressure_ = -1;
  int errors_ = 0, first_gap_ = 0;
};

}  // namespace

std::vector<cooling::Outdoors> ReadWeather(const std::string& path, Diagnostics& diagnostics) {
  return Reader(path, diagnostics).Read();
}

std::optional<double> HourOfYear(const std::string& text, std::size_t hours) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, used = 0;
  char between = 0;
  const char* s = text.c_str();
  if (std::sscanf(s, "%4d-%2d-%2d%n", &year, &month, &day, &used) != 3) return {};
  s += used;
  if (*s != '\0') {
    if (std::sscanf(s, "%c%2d:%2d%n", &between, &hour, &minute, &used) != 3) return {};
    s += used;
    if (between != 'T' && between != ' ') return {};
    if (*s == ':' && std::sscanf(s, ":%2d%n", &second, &used) == 1) s += used;
    if (*s != '\0') return {};
  }
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  int days[] = {31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > days[month - 1] || hour < 0 || hour > 23 ||
      minute < 0 || minute > 59 || second < 0 || second > 59)
    return {};
  days[1] = hours == 8784 ? 29 : 28;
  int before = day - 1;
  for (int m = 0; m + 1 < month; ++m) before += days[m];
  return before * 24.0 + hour + minute / 60.0 + second / 3600.0;
}

}  // namespace headroom::scenario
