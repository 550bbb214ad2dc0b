#pragma once

#include <string>

#include "models/cooling/chiller.h"

namespace headroom::cooling {

/// Air that carries the heat which does not go to liquid: room air handlers (CRAH) with chilled
/// water, and a chiller that gives it to the outside air.
struct AirSideParams {
  double supply = 298.15;  ///< air entering the racks [K]
  double rise = 12.0;      ///< K over the racks at design heat. Assumed
  /// W that sizes air flow and fans; at least what the racks can give at nameplate
  double design_heat = 0.0;
  /// CRAH fans, W per W of design heat at full speed: 0.6 W/(L/s) at 12 K. Assumed
  double fan_power = 0.04;
  double min_flow = 0.4;  ///< least share of the design air flow. Assumed
  /// s; thermal mass of hall air and surfaces over design capacity rate. Assumed
  double residence = 60.0;
  int chillers = 0;
  ChillerParams chiller;
};

/// @throws ConfigError below `path` for parameters out of range.
void Check(const AirSideParams& params, const std::string& path);

inline constexpr double kAirSpecificHeat = 1006.0;  ///< J/(kg K)

}  // namespace headroom::cooling
