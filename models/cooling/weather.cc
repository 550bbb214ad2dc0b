#include "models/cooling/weather.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/core/check.h"
#include "sim/core/diagnostics.h"

namespace headroom::cooling {

ConstantWeather::ConstantWeather(const Outdoors& outdoors) : outdoors_(outdoors) {
  if (outdoors.wet_bulb > outdoors.dry_bulb)
    throw ConfigError(fmt::format(
        "site.cooling.weather.wet_bulb is {:.2f} degC; it must not exceed dry_bulb, {:.2f} degC",
        outdoors.wet_bulb - 273.15, outdoors.dry_bulb - 273.15));
}

Outdoors SwingWeather::At(Instant now) const {
  constexpr double kTurn = 2.0 * 3.14159265358979323846, kDay = 86400.0, kYear = 365.25 * kDay;
  const double t = now.seconds() + swing_.start;
  const double by = swing_.daily * std::cos(kTurn * (t - swing_.hottest) / kDay) +
                    swing_.seasonal * std::cos(kTurn * (t - swing_.hottest_day) / kYear);
  const double dry = swing_.mean.dry_bulb + by;
  return {dry, std::min(dry, swing_.mean.wet_bulb + swing_.wet_share * by)};
}

HourlyWeather::HourlyWeather(std::vector<Outdoors> hours, double start_hour, double offset)
    : hours_(std::move(hours)), start_hour_(start_hour), offset_(offset) {
  HR_CHECK(!hours_.empty() && start_hour >= 0.0, hours_.size(), start_hour);
}

Outdoors HourlyWeather::At(Instant now) const {
  const double year = static_cast<double>(hours_.size());
  double at = std::fmod(start_hour_ + now.seconds() / 3600.0 - 1.0 + year, year);
  const double whole = std::floor(at);
  const auto i = static_cast<std::size_t>(whole) % hours_.size();
  const Outdoors& a = hours_[i];
  const Outdoors& b = hours_[(i + 1) % hours_.size()];
  at -= whole;
  return {a.dry_bulb + at * (b.dry_bulb - a.dry_bulb) + offset_,
          a.wet_bulb + at * (b.wet_bulb - a.wet_bulb) + offset_};
}

}  // namespace headroom::cooling
