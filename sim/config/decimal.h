#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace headroom::config {

/// A number at the start of a text, apart from what follows it.
struct LeadingNumber {
  std::string_view digits;  ///< sign and mantissa, without exponent
  int exponent = 0;         ///< power of ten; held to +-100000
  std::string_view number;  ///< as written
  std::string_view rest;    ///< after it, without the blanks between
};

/// `[+-]digits[.digits][e[+-]digits]` at the start of `text`; nothing if no digit stands there
/// (`.nan`, `inf`).
std::optional<LeadingNumber> SplitNumber(std::string_view text);

/// The double nearest to digits * 10^exponent; infinite where that is too large.
double Decimal(std::string_view digits, int exponent);

/// Shortest text that reads back as `value` * 10^-shift, exactly.
std::string ShortestDecimal(double value, int shift);

}  // namespace headroom::config
