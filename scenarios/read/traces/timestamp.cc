#include "scenarios/read/traces/timestamp.h"

#include <chrono>

namespace headroom::scenario {
namespace {

/// Takes `digits` digits and then `mark` (0: nothing) off the front of `text`.
std::optional<int> Take(std::string_view& text, std::size_t digits, char mark) {
  if (text.size() < digits + (mark != 0) || (mark != 0 && text[digits] != mark)) return std::nullopt;
  int value = 0;
  for (char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = 10 * value + (c - '0');
  }
  text.remove_prefix(digits + (mark != 0));
  return value;
}

}  // namespace

std::optional<std::int64_t> ParseTimestamp(std::string_view text) {
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
    for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), ++digits) {
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
  return ((days * 24 + *hour) * 60 + *minute) * 60'000'000'000 + (*second - offset) * 1'000'000'000 + ns;
}

}  // namespace headroom::scenario
