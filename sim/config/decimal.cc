#include "sim/config/decimal.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

namespace headroom::config {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::size_t SkipDigits(std::string_view text, std::size_t at) {
  while (at < text.size() && IsDigit(text[at])) ++at;
  return at;
}

}  // namespace

std::optional<LeadingNumber> SplitNumber(std::string_view text) {
  const std::size_t sign = !text.empty() && (text[0] == '+' || text[0] == '-') ? 1 : 0;
  std::size_t end = SkipDigits(text, sign);
  std::size_t count = end - sign;
  if (end < text.size() && text[end] == '.') {
    const std::size_t fraction = SkipDigits(text, end + 1);
    count += fraction - end - 1;
    end = fraction;
  }
  if (count == 0) return std::nullopt;
  LeadingNumber out;
  out.digits = text.substr(0, end);
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    const bool signed_ = end + 1 < text.size() && (text[end + 1] == '+' || text[end + 1] == '-');
    const std::size_t first = end + 1 + (signed_ ? 1 : 0);
    const std::size_t last = SkipDigits(text, first);
    if (last > first) {
      constexpr long kMost = 100000;
      long power = 0;
      for (std::size_t i = first; i < last; ++i)
        power = std::min(kMost, power * 10 + (text[i] - '0'));
      out.exponent = static_cast<int>(signed_ && text[end + 1] == '-' ? -power : power);
      end = last;
    }
  }
  out.number = text.substr(0, end);
  const std::size_t rest = text.find_first_not_of(" \t", end);
  out.rest = rest == std::string_view::npos ? std::string_view() : text.substr(rest);
  return out;
}

double Decimal(std::string_view digits, int exponent) {
  if (!digits.empty() && digits[0] == '+') digits.remove_prefix(1);
  const std::string text = fmt::format("{}e{}", digits, exponent);
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) {
    // Too small or too large: from_chars does not say which, the first digit's place does.
    const std::size_t first = digits.find_first_of("123456789");
    const std::size_t point = std::min(digits.find('.'), digits.size());
    const long place = static_cast<long>(point) - static_cast<long>(first) + exponent;
    if (first == std::string_view::npos || place < 0) return 0.0;
    return std::numeric_limits<double>::infinity();
  }
  return value;
}

std::string ShortestDecimal(double value, int shift) {
  if (value == 0.0) return std::signbit(value) ? "-0" : "0";
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, std::abs(value),
                                 std::chars_format::scientific)
                       .ptr;
  const std::string text(buffer, end);
  const std::size_t e = text.find('e');
  std::string digits;
  for (const char c : text.substr(0, e)) {
    if (IsDigit(c)) digits += c;
  }
  // value = 0.d1d2... * 10^point
  const int point = std::stoi(text.substr(e + 1)) + 1 - shift;
  const int count = static_cast<int>(digits.size());
  const std::string sign = value < 0 ? "-" : "";
  if (point > 16 || point < -4) {
    const std::string fraction = count > 1 ? "." + digits.substr(1) : "";
    return fmt::format("{}{}{}e{}", sign, digits[0], fraction, point - 1);
  }
  if (point <= 0) return sign + "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  if (point >= count)
    return sign + digits + std::string(static_cast<std::size_t>(point - count), '0');
  const auto whole = static_cast<std::size_t>(point);
  return sign + digits.substr(0, whole) + "." + digits.substr(whole);
}

}  // namespace headroom::config
