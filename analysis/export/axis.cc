#include "analysis/export/axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace headroom::report {

double NiceStep(double span, int ticks) {
  const double raw = span / ticks, power = std::pow(10.0, std::floor(std::log10(raw)));
  for (const double m : {1.0, 2.0, 2.5, 5.0})
    if (raw <= m * power * (1 + 1e-9)) return m * power;
  return 10.0 * power;
}

Axis NiceAxis(double low, double high, bool from_zero) {
  if (from_zero) low = std::min(low, 0.0);
  if (!(high > low)) {
    const double pad = std::max(std::abs(low) * 0.05, 1e-12);
    high = low + pad;
    if (!from_zero) low -= pad;
  }
  Axis a;
  a.step = NiceStep(high - low, 4);
  a.from = std::floor(low / a.step + 1e-9) * a.step;
  a.to = std::ceil(high / a.step - 1e-9) * a.step;
  return a;
}

std::string Tick(double value, double step) {
  if (std::abs(value) < step * 1e-6) return "0";
  const int decimals = std::max(0, -static_cast<int>(std::floor(std::log10(step) + 1e-9)));
  return fmt::format("{:.{}f}", value,
                     std::min(decimals + (std::fmod(step / std::pow(10, -decimals), 1.0) > 1e-6 ? 1 : 0), 6));
}

TimeUnit TimeUnitFor(double span) {
  if (span > 3 * 86400) return {86400, "d"};
  if (span > 3 * 3600) return {3600, "h"};
  if (span > 300) return {60, "min"};
  return {1, "s"};
}

std::string TimeAxisSvg(double span, double left, double right, double base) {
  const TimeUnit unit = TimeUnitFor(span);
  const double step = NiceStep(span / unit.seconds, 5);
  std::string out;
  for (double v = 0.0; v * unit.seconds <= span * (1 + 1e-9); v += step)
    out += fmt::format(
        "<path class=\"g\" d=\"M{0:.1f} {1:.0f}v4\"/><text class=\"t m\" x=\"{0:.1f}\" y=\"{2:.0f}\">{3}</text>",
        left + v * unit.seconds / span * (right - left), base, base + 16, Tick(v, step));
  return out + fmt::format("<text class=\"t e\" x=\"{:.0f}\" y=\"{:.0f}\">time, {}</text>", right, base + 31, unit.name);
}

}  // namespace headroom::report
