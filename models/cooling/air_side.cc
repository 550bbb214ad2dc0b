#include "models/cooling/air_side.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/diagnostics.h"

namespace headroom::cooling {

void Check(const AirSideParams& params, const std::string& path) {
  Diagnostics found;
  const auto refuse = [&](const char* what, double value, const char* rule) {
    found.Error({}, path, fmt::format("{} is {}; it must {}", what, value, rule));
  };
  if (!(params.rise > 0.0)) refuse("rise", params.rise, "be positive");
  if (!(params.residence > 0.0)) refuse("residence", params.residence, "be positive");
  if (!(params.min_flow > 0.0 && params.min_flow <= 1.0))
    refuse("min_flow", params.min_flow, "lie above 0 and not above 1");
  if (!(params.fan_power >= 0.0 && params.fan_power < 0.5))
    refuse("fan_power", params.fan_power, "lie within 0 and 0.5 of the heat");
  if (params.design_heat > 0.0 && params.chillers < 1)
    found.Error(
        {}, path,
        fmt::format(
            "the racks give {:.0f} W to the air and nothing takes it; a loop needs a heat sink "
            "(site.cooling.air.count)",
            params.design_heat));
  if (!(params.chilled_rise > 0.0)) refuse("chilled_rise", params.chilled_rise, "be positive");
  found.ThrowIfErrors();
}

double EconomizerShare(const AirSideParams& p, double hall, const Outdoors& outdoors) {
  switch (p.economizer) {
    case Economizer::kNone:
      return 0.0;
    case Economizer::kWater: {
      const double back = p.supply - p.chilled_approach + p.chilled_rise;
      const double reached = outdoors.wet_bulb + p.economizer_approach;
      return std::clamp((back - reached) / p.chilled_rise, 0.0, 1.0);
    }
    case Economizer::kAir:
      return std::clamp((hall - outdoors.dry_bulb) / std::max(0.1, hall - p.supply), 0.0, 1.0);
  }
  return 0.0;
}

}  // namespace headroom::cooling
