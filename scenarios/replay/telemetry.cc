#include "scenarios/replay/telemetry.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>

#include "scenarios/read/traces/line_reader.h"
#include "scenarios/read/traces/timestamp.h"
#include "sim/config/quantity_text.h"
#include "sim/core/diagnostics.h"

namespace headroom::replay {
namespace {

constexpr double kZero = 273.15;  // degC in K

[[noreturn]] void Fail(const std::string& file, int line, const std::string& message) {
  throw ConfigError({Finding{{file, line, 0}, "", message}});
}

std::string_view Trimmed(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t' || s.front() == '"')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '"')) s.remove_suffix(1);
  return s;
}

std::vector<std::string_view> Cells(std::string_view line) {
  std::vector<std::string_view> out;
  for (;;) {
    const auto comma = line.find(',');
    out.push_back(Trimmed(line.substr(0, comma)));
    if (comma == line.npos) return out;
    line.remove_prefix(comma + 1);
  }
}

bool Missing(std::string_view cell) { return cell.empty() || cell == "NA" || cell == "nan" || cell == "NaN"; }

std::optional<double> Number(std::string_view cell) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  return error == std::errc() && end == cell.data() + cell.size() && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

/// Seconds, of a number or of a date and time.
std::optional<double> TimeOf(std::string_view cell) {
  if (const auto seconds = Number(cell)) return seconds;
  std::string text(cell);
  if (text.size() > 10 && text[10] == 'T') text[10] = ' ';
  if (!text.empty() && text.back() == 'Z') text.back() = ' ', text.pop_back();
  if (text.find('+', 10) == text.npos && text.find('-', 10) == text.npos) text += "+00:00";
  const auto ns = scenario::ParseTimestamp(text);
  return ns ? std::optional(static_cast<double>(*ns) * 1e-9) : std::nullopt;
}

/// A column's values are `factor` x + `shift` of the cells.
struct Scale {
  double factor = 1.0, shift = 0.0;
};

Scale ScaleOf(const std::string& file, int line, const std::string& name, const std::string& unit, Signal* signal) {
  if (unit.empty()) return {};
  for (const char* canonical : {"W", "degC"}) {
    const auto zero = config::ParseQuantity("0 " + unit, canonical), one = config::ParseQuantity("1 " + unit, canonical);
    if (!zero.ok() || !one.ok()) continue;
    const bool temperature = std::string(canonical) == "degC";
    signal->unit = canonical;
    return {one.value - zero.value, temperature ? zero.value - kZero : zero.value};
  }
  if (unit == "1" || unit == "%") {
    signal->unit = "1";
    return {unit == "%" ? 0.01 : 1.0, 0.0};
  }
  Fail(file, line, fmt::format("{}: '{}' is no unit of power or temperature, nor 1 or %", name, unit));
}

struct Header {
  int time = -1;
  std::vector<int> columns;  ///< of the signals
  std::vector<Scale> scales;
};

Header ReadHeader(const std::string& file, int line, const std::vector<std::string_view>& cells, Telemetry* out) {
  Header h;
  for (std::size_t c = 0; c < cells.size(); ++c) {
    std::string name(cells[c]), unit;
    if (name == "time" || name == "time_s") {
      h.time = static_cast<int>(c);
      continue;
    }
    if (const auto open = name.rfind(" ("); open != name.npos && name.back() == ')') {
      unit = name.substr(open + 2, name.size() - open - 3);
      name.resize(open);
    }
    if (name.empty()) Fail(file, line, fmt::format("column {} has no name", c + 1));
    if (out->Find(name)) Fail(file, line, fmt::format("{} stands there twice", name));
    Signal s;
    s.name = name;
    const auto colon = name.find(':');
    s.series = name.substr(0, colon);
    if (colon != name.npos) s.entity = name.substr(colon + 1);
    h.scales.push_back(ScaleOf(file, line, name, unit, &s));
    h.columns.push_back(static_cast<int>(c));
    out->signals.push_back(std::move(s));
  }
  if (h.time < 0) Fail(file, line, "has no column 'time'");
  if (out->signals.empty()) Fail(file, line, "has no column beside the time");
  return h;
}

}  // namespace

const Signal* Telemetry::Find(const std::string& name) const {
  for (const Signal& s : signals)
    if (s.name == name) return &s;
  return nullptr;
}

Telemetry ReadTelemetry(const std::string& path) {
  Telemetry out;
  out.file = path;
  scenario::LineReader lines(path);
  if (!lines.open()) throw ConfigError(fmt::format("no file {}", path));
  Header header;
  std::size_t width = 0;
  double origin = 0.0;
  std::string_view line;
  while (lines.Next(line)) {
    if (line.empty() || line.front() == '#') continue;
    const int at = lines.number();
    const std::vector<std::string_view> cells = Cells(line);
    if (width == 0) {
      header = ReadHeader(path, at, cells, &out);
      width = cells.size();
      continue;
    }
    if (cells.size() != width) Fail(path, at, fmt::format("has {} cells, the header {}", cells.size(), width));
    const auto time = TimeOf(cells[static_cast<std::size_t>(header.time)]);
    if (!time)
      Fail(path, at, fmt::format("time: '{}' is neither a number of seconds nor a time such as 2026-01-31T06:30:00Z",
                                 cells[static_cast<std::size_t>(header.time)]));
    if (out.times.empty()) origin = *time;
    if (!out.times.empty() && !(*time - origin > out.times.back()))
      Fail(path, at, "time: is not after that of the row before");
    out.times.push_back(*time - origin);
    for (std::size_t s = 0; s < out.signals.size(); ++s) {
      const std::string_view cell = cells[static_cast<std::size_t>(header.columns[s])];
      double value = std::numeric_limits<double>::quiet_NaN();
      if (!Missing(cell)) {
        const auto number = Number(cell);
        if (!number) Fail(path, at, fmt::format("{}: '{}' is no number", out.signals[s].name, cell));
        value = header.scales[s].factor * *number + header.scales[s].shift;
      }
      out.signals[s].values.push_back(value);
    }
  }
  if (lines.failed()) throw IoError(fmt::format("cannot read {}", path));
  if (width == 0) Fail(path, 1, "the file is empty");
  if (out.times.size() < 2) Fail(path, lines.number(), "holds no two rows of measurements");
  std::vector<double> steps;
  for (std::size_t i = 1; i < out.times.size(); ++i) steps.push_back(out.times[i] - out.times[i - 1]);
  std::nth_element(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2), steps.end());
  out.step = steps[steps.size() / 2];
  return out;
}

}  // namespace headroom::replay
