#pragma once

#include <string>

#include "models/cooling/chiller.h"

namespace headroom::cooling {

/// What takes heat from the hall ahead of the chillers while the outside is cold enough.
enum class Economizer {
  kNone,
  kWater,  ///< tower cells through a plate exchanger precool the chilled water's return
  kAir,    ///< outside air takes the place of the hall's return air
};

/// Air that carries the heat which does not go to liquid: room air handlers (CRAH) with chilled
/// water, and chillers; ahead of them an economizer may take the share
///
///     water   (T_cr - (T_wb + approach)) / (T_cr - T_cs)      within 0..1
///     air     (T_hall - T_db) / (T_hall - T_supply)           within 0..1
///
/// of the heat, T_cs and T_cr the chilled water's supply and return. Humidity limits of outside air
/// are left out.
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
  double chilled_approach = 7.0;  ///< K, air supply over chilled-water supply. Assumed
  double chilled_rise = 6.0;      ///< K of the chilled water. Assumed
  Economizer economizer = Economizer::kNone;
  double economizer_approach = 6.0;  ///< K, chilled water over wet bulb: tower and plates. Assumed
  /// tower fans and pumps of a water economizer, W per W of heat; as the sheet of a 2 MW cell
  double economizer_auxiliary = 0.025;
};

/// Share of the hall's heat that the economizer takes. `hall` is the return air [K].
double EconomizerShare(const AirSideParams& params, double hall, const Outdoors& outdoors);

/// @throws ConfigError below `path` for parameters out of range.
void Check(const AirSideParams& params, const std::string& path);

inline constexpr double kAirSpecificHeat = 1006.0;  ///< J/(kg K)

}  // namespace headroom::cooling
