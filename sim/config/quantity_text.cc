#include "sim/config/quantity_text.h"

#include <fmt/format.h>

#include <cmath>

#include "sim/config/decimal.h"
#include "sim/config/quoted.h"
#include "sim/config/unit_table.h"
#include "sim/core/check.h"
#include "sim/core/diagnostics.h"

namespace headroom::config {
namespace {

const Unit& Canonical(std::string_view symbol) {
  const Unit* unit = FindUnit(symbol);
  HR_CHECK(unit != nullptr, symbol);
  return *unit;
}

double ToSi(const LeadingNumber& number, const Unit& unit) {
  const double x = Decimal(number.digits, number.exponent + unit.exponent);
  return x * unit.multiply / unit.divide + unit.offset;
}

/// The number as it stands, or as a percentage where a share was plainly meant as a fraction.
std::string Example(const LeadingNumber& number, const Unit& unit) {
  if (unit.dimension == Dimension::kShare) {
    const double x = Decimal(number.digits, number.exponent);
    if (std::abs(x) <= 1.0) return ShortestDecimal(x, -2) + " %";
  }
  return fmt::format("{} {}", Shown(number.number), unit.symbol);
}

std::string UnknownUnit(std::string_view text, std::string_view symbol, const Unit& canonical) {
  const std::string near =
      symbol.size() > 12 ? "" : Nearest(std::string(symbol), UnitsLike(canonical.symbol));
  if (!near.empty())
    return fmt::format("{} has an unknown unit; did you mean '{}'?", Shown(text), near);
  return fmt::format("{} has an unknown unit; {}", Shown(text), QuantityDue(canonical.symbol));
}

/// The text of `si` in `unit`, without the unit; empty where none reads back exactly.
std::string NumberIn(double si, const Unit& unit) {
  if (unit.decimal()) return ShortestDecimal(si, unit.exponent);
  const double scaled = (si - unit.offset) * unit.divide / unit.multiply;
  for (int precision = 1; precision <= 17; ++precision) {
    const std::string rounded = fmt::format("{:.{}e}", scaled, precision - 1);
    const auto number = SplitNumber(rounded);
    HR_CHECK(number.has_value(), si, unit.symbol);
    const double value = Decimal(number->digits, number->exponent);
    std::string text = ShortestDecimal(value, unit.exponent);
    if (ToSi(*SplitNumber(text), unit) == si) return text;
  }
  return "";
}

bool InBits(const Unit& unit) { return unit.symbol.ends_with("bps"); }

}  // namespace

QuantityResult ParseNumber(std::string_view text) {
  const auto number = SplitNumber(text);
  if (!number) return {0.0, Quoted(text) + " is not a number"};
  if (!number->rest.empty()) {
    const bool quantity = FindUnit(number->rest) != nullptr;
    return {0.0, quantity ? Shown(text) + " has a unit; a bare number is due"
                          : Quoted(text) + " is not a number"};
  }
  const double value = Decimal(number->digits, number->exponent);
  if (!std::isfinite(value)) return {0.0, Shown(text) + " is too large a number"};
  return {value, ""};
}

QuantityResult ParseQuantity(std::string_view text, std::string_view canonical_unit) {
  const Unit& canonical = Canonical(canonical_unit);
  const auto number = SplitNumber(text);
  if (!number)
    return {0.0,
            fmt::format("{} is not a quantity; {}", Quoted(text), QuantityDue(canonical_unit))};
  if (number->rest.empty()) {
    return {0.0, fmt::format("{} is a bare number; write a unit, for example {}", Shown(text),
                             Example(*number, canonical))};
  }
  const Unit* unit = FindUnit(number->rest);
  if (unit == nullptr) return {0.0, UnknownUnit(text, number->rest, canonical)};
  if (unit->dimension != canonical.dimension) {
    return {0.0, fmt::format("{} is {}; {}", Shown(text), NameOf(unit->dimension),
                             QuantityDue(canonical_unit))};
  }
  const double value = ToSi(*number, *unit);
  if (!std::isfinite(value)) return {0.0, Shown(text) + " is too large a number"};
  return {value, ""};
}

std::string FormatQuantity(double si, std::string_view canonical_unit) {
  HR_CHECK(std::isfinite(si), si, canonical_unit);
  const Unit& canonical = Canonical(canonical_unit);
  std::string best = NumberIn(si, canonical);
  std::string_view symbol = canonical.symbol;
  if (!best.empty() && best.size() <= 4) return fmt::format("{} {}", best, symbol);
  std::size_t limit = best.size() < 3 ? std::string::npos : best.size() - 3;
  const auto try_kin = [&](bool bits) {
    for (const Unit& unit : AllUnits()) {
      if (unit.dimension != canonical.dimension || InBits(unit) != bits) continue;
      const std::string text = NumberIn(si, unit);
      if (text.empty() || (!best.empty() && text.size() > limit)) continue;
      best = text;
      symbol = unit.symbol;
      limit = text.size() - 1;
    }
  };
  try_kin(InBits(canonical));
  if (best.empty()) try_kin(!InBits(canonical));
  // Only near absolute zero does no decimal read back exactly.
  if (best.empty()) best = ShortestDecimal(si - canonical.offset, 0);
  return fmt::format("{} {}", best, symbol);
}

std::string QuantityDue(std::string_view canonical_unit) {
  const Unit& canonical = Canonical(canonical_unit);
  return fmt::format("{} is due, for example 10 {}", NameOf(canonical.dimension), canonical.symbol);
}

std::vector<std::string> UnitsLike(std::string_view canonical_unit) {
  const Unit& canonical = Canonical(canonical_unit);
  std::vector<std::string> out{std::string(canonical.symbol)};
  for (const Unit& unit : AllUnits()) {
    if (unit.dimension == canonical.dimension && unit.symbol != canonical.symbol)
      out.emplace_back(unit.symbol);
  }
  return out;
}

}  // namespace headroom::config
