#include "models/cooling/weather.h"

#include <fmt/format.h>

#include "sim/core/diagnostics.h"

namespace headroom::cooling {

ConstantWeather::ConstantWeather(const Outdoors& outdoors) : outdoors_(outdoors) {
  if (outdoors.wet_bulb > outdoors.dry_bulb)
    throw ConfigError(fmt::format(
        "site.cooling.weather.wet_bulb is {:.2f} degC; it must not exceed dry_bulb, {:.2f} degC",
        outdoors.wet_bulb - 273.15, outdoors.dry_bulb - 273.15));
}

}  // namespace headroom::cooling
