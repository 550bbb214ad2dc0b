#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

#include "scenarios/read/traces/line_reader.h"
#include "scenarios/read/traces/trace_rows.h"

namespace headroom::scenario {
namespace {

constexpr std::size_t kNone = ~std::size_t{0};

std::vector<std::string_view> Fields(std::string_view line) {
  std::vector<std::string_view> fields;
  while (true) {
    const std::size_t comma = line.find(',');
    fields.push_back(line.substr(0, comma));
    if (comma == line.npos) return fields;
    line.remove_prefix(comma + 1);
  }
}

std::size_t Column(const std::vector<std::string_view>& header, std::string_view name) {
  for (std::size_t i = 0; i < header.size(); ++i)
    if (header[i] == name) return i;
  return kNone;
}

std::optional<double> Number(std::string_view text) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty() ||
      !std::isfinite(value))
    return std::nullopt;
  return value;
}

/// Where a format keeps what a request is; `arrival` may be missing.
struct Columns {
  const char* arrival;
  const char* input;
  const char* output;
  bool zero_failed = false;  ///< an output of 0 tokens is a request that failed
  bool lengths_only = false; ///< the column of arrivals may be missing
};

void Read(const std::string& path, TraceRows& rows, const char* format, const Columns& names) {
  LineReader reader(path);
  if (!reader.open()) return rows.Error(0, "does not exist or cannot be read");
  std::string_view line;
  if (!reader.Next(line)) return rows.Error(1, fmt::format("is no {} trace; it is empty", format));
  const std::string header(line);
  const std::vector<std::string_view> columns = Fields(header);
  const std::size_t arrival = Column(columns, names.arrival);
  const std::size_t input = Column(columns, names.input), output = Column(columns, names.output);
  if (input == kNone || output == kNone || (arrival == kNone && !names.lengths_only))
    return rows.Error(1, fmt::format("is no {} trace; its first line must name {}, {} and {}",
                                     format, names.arrival, names.input, names.output));
  while (reader.Next(line)) {
    const int number = reader.number();
    const std::vector<std::string_view> fields = Fields(line);
    if (fields.size() != columns.size()) {
      rows.Error(number, fmt::format("has {} fields, the header {}: '{:.60}'", fields.size(),
                                     columns.size(), line));
      continue;
    }
    const auto value = [&](std::size_t column, const char* name, bool whole) {
      std::optional<double> v = Number(fields[column]);
      if (!v || (whole && (*v != std::floor(*v) || std::abs(*v) > 1e15))) {
        rows.Error(number, fmt::format("{} is '{:.40}'; it must be a {}number", name, fields[column],
                                       whole ? "whole " : ""));
        v.reset();
      }
      return v;
    };
    const auto in = value(input, names.input, true), out = value(output, names.output, true);
    const auto at = arrival == kNone ? 0.0 : value(arrival, names.arrival, false);
    if (!in || !out || !at) continue;
    if (arrival != kNone && (*at < 0.0 || *at > 4e9)) {
      rows.Error(number, fmt::format("{} is {}; it must be seconds from a start", names.arrival, *at));
      continue;
    }
    if (names.zero_failed && *out == 0.0)
      rows.LeaveOut();
    else if (arrival == kNone)
      rows.AddLengths(number, static_cast<std::int64_t>(*in), static_cast<std::int64_t>(*out));
    else
      rows.Add(number, std::llround(*at * 1e9), static_cast<std::int64_t>(*in),
               static_cast<std::int64_t>(*out));
  }
  if (reader.failed()) rows.Error(reader.number(), "reading failed after this line");
}

}  // namespace

void ReadBurstGpt(const std::string& path, TraceRows& rows) {
  Read(path, rows, "burstgpt", {"Timestamp", "Request tokens", "Response tokens", true, false});
}

void ReadVidur(const std::string& path, TraceRows& rows) {
  Read(path, rows, "vidur", {"arrived_at", "num_prefill_tokens", "num_decode_tokens", false, true});
}

}  // namespace headroom::scenario
