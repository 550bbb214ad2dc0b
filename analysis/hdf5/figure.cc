#include "analysis/hdf5/figure.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string_view>
#include <utility>

namespace headroom::report {
namespace {

constexpr std::array<std::pair<double, const char*>, 12> kPrefixes = {{{1e18, "E"},
                                                                       {1e15, "P"},
                                                                       {1e12, "T"},
                                                                       {1e9, "G"},
                                                                       {1e6, "M"},
                                                                       {1e3, "k"},
                                                                       {1.0, ""},
                                                                       {1e-3, "m"},
                                                                       {1e-6, "u"},
                                                                       {1e-9, "n"},
                                                                       {1e-12, "p"},
                                                                       {1e-15, "f"}}};

/// `value` rounded to three significant digits.
double Rounded(double value) {
  if (value == 0.0) return 0.0;
  const int digits = 2 - static_cast<int>(std::floor(std::log10(std::abs(value))));
  return digits >= 0 ? std::round(value * std::pow(10.0, digits)) / std::pow(10.0, digits)
                     : std::round(value / std::pow(10.0, -digits)) * std::pow(10.0, -digits);
}

/// Three significant digits without an exponent where that stays short.
std::string ThreeDigits(double value) {
  const double r = Rounded(value), size = std::abs(r);
  if (size != 0.0 && (size < 1e-3 || size >= 1e6)) return fmt::format("{:.2e}", r);
  const int decimals =
      size >= 100 || size == 0.0 ? 0 : 2 - static_cast<int>(std::floor(std::log10(size) + 1e-9));
  return fmt::format("{:.{}f}", r, decimals);
}

std::string Prefixed(double value, const std::string& unit) {
  const double r = Rounded(value);
  if (r == 0.0) return "0 " + unit;
  for (const auto& [size, prefix] : kPrefixes)
    if (std::abs(r) >= size * (1 - 1e-9)) return ThreeDigits(r / size) + " " + prefix + unit;
  return ThreeDigits(r) + " " + unit;
}

}  // namespace

std::string TimeFigure(double seconds) {
  const double size = std::abs(seconds);
  if (!(size >= 59.95 && size < 1e15)) return Prefixed(seconds, "s");
  struct Step {
    double larger;
    const char* large;
    double smaller;
    const char* small;
  };
  constexpr Step kSteps[] = {{86400, "d", 3600, "h"}, {3600, "h", 60, "min"}, {60, "min", 1, "s"}};
  for (const Step& step : kSteps) {
    // Rounded first, so that 3599.9 s is an hour and not 60 min.
    const double units = std::round(size / step.smaller);
    const double per = step.larger / step.smaller;
    if (units < per) continue;
    const double rest = std::fmod(units, per);
    std::string out =
        fmt::format("{}{:.0f} {}", seconds < 0 ? "-" : "", std::floor(units / per), step.large);
    return rest > 0 ? out + fmt::format(" {:.0f} {}", rest, step.small) : out;
  }
  return Prefixed(seconds, "s");
}

std::string Figure(double value, const std::string& unit) {
  if (!std::isfinite(value)) return "-";
  if (unit == "s") return TimeFigure(value);
  if (unit == "degC") return fmt::format("{:.1f} degC", value);
  if (unit.empty() || unit == "1")
    return value == std::floor(value) && std::abs(value) < 1e15 ? fmt::format("{:.0f}", value)
                                                                : ThreeDigits(value);
  if (unit == "USD") {
    if (std::abs(value) < 1e3) return ThreeDigits(value) + " USD";
    return Prefixed(value, "USD");
  }
  if (unit == "kg")
    return std::abs(value) < 1e3 ? ThreeDigits(value) + " kg" : Prefixed(value / 1e3, "t");
  constexpr std::string_view kPlain[] = {"m^3", "L/kWh", "1/s", "K"};
  for (const std::string_view plain : kPlain)
    if (unit == plain) return ThreeDigits(value) + " " + unit;
  return Prefixed(value, unit);
}

}  // namespace headroom::report
