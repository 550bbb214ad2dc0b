#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <optional>

#include "scenarios/read/traces/line_reader.h"
#include "scenarios/read/traces/trace_rows.h"

namespace headroom::scenario {
namespace {

constexpr char kHeader[] = "TIMESTAMP,ContextTokens,GeneratedTokens";

std::optional<std::int64_t> Whole(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

/// Takes `digits` digits and then `mark` (0: nothing) off the front of `text`.
std::optional<int> Take(std::string_view& text, std::size_t digits, char mark) {
  if (text.size() < digits + (mark != 0) || (mark != 0 && text[digits] != mark))
    return std::nullopt;
  int value = 0;
  for (char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = 10 * value + (c - '0');
  }
  text.remove_prefix(digits + (mark != 0));
  return value;
}

/// `YYYY-MM-DD HH:MM:SS`, up to nine digits of a second, and an offset from UTC `+HH:MM`: ns since
/// 1970.
std::optional<std::int64_t> Timestamp(std::string_view text) {
  const auto year = Take(text, 4, '-'), month = Take(text, 2, '-'), day = Take(text, 2, ' ');
  const auto hour = Take(text, 2, ':'), minute = Take(text, 2, ':'), second = Take(text, 2, 0);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(*month),
                                         std::chrono::day(*day)};
  if (!date.ok()) return std::nullopt;
  std::int64_t ns = 0;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    std::int64_t unit = 100'000'000;
    std::size_t digits = 0;
    for (; !text.empty() && text.front() >= '0' && text.front() <= '9';
         text.remove_prefix(1), ++digits) {
      ns += (text.front() - '0') * unit;
      unit /= 10;
    }
    if (digits == 0 || digits > 9) return std::nullopt;
  }
  std::int64_t offset = 0;
  if (!text.empty()) {
    const char sign = text.front();
    if (sign != '+' && sign != '-') return std::nullopt;
    text.remove_prefix(1);
    const auto hours = Take(text, 2, ':'), minutes = Take(text, 2, 0);
    if (!hours || !minutes || !text.empty()) return std::nullopt;
    offset = (*hours * 60 + *minutes) * (sign == '+' ? 60 : -60);
  }
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return ((days * 24 + *hour) * 60 + *minute) * 60'000'000'000 +
         (*second - offset) * 1'000'000'000 + ns;
}

}  // namespace

void ReadAzureLlm(const std::string& path, TraceRows& rows) {
  LineReader reader(path);
  if (!reader.open()) return rows.Error(0, "does not exist or cannot be read");
  std::string_view line;
  if (!reader.Next(line) || line != kHeader)
    return rows.Error(1, fmt::format("is no azure-llm trace; its first line must be {}", kHeader));
  while (reader.Next(line)) {
    const int number = reader.number();
    const std::size_t first = line.find(','), second = line.find(',', first + 1);
    if (first == line.npos || second == line.npos || line.find(',', second + 1) != line.npos) {
      rows.Error(number, fmt::format("has not three fields: '{:.60}'", line));
      continue;
    }
    const std::string_view time = line.substr(0, first),
                           input = line.substr(first + 1, second - first - 1),
                           output = line.substr(second + 1);
    const auto ns = Timestamp(time);
    const auto in = Whole(input), out = Whole(output);
    if (!ns)
      rows.Error(
          number,
          fmt::format("timestamp is '{:.40}'; it must be YYYY-MM-DD HH:MM:SS[.fraction][+HH:MM]",
                      time));
    if (!in)
      rows.Error(number,
                 fmt::format("ContextTokens is '{:.40}'; it must be a whole number", input));
    if (!out)
      rows.Error(number,
                 fmt::format("GeneratedTokens is '{:.40}'; it must be a whole number", output));
    if (ns && in && out) rows.Add(number, *ns, *in, *out);
  }
  if (reader.failed()) rows.Error(reader.number(), "reading failed after this line");
}

}  // namespace headroom::scenario
