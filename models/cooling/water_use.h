#pragma once

namespace headroom::cooling {

/// Make-up water of wet towers:
///
///     evaporation = Q / h_fg
///     blow-down = evaporation / (cycles - 1) - drift          drift = share of the water flow
///
/// All heat is taken to leave by evaporation (the sensible part is left out: an upper bound, most
/// so in cold air).
struct WaterUseParams {
  double latent_heat = 2.43e6;  ///< h_fg at 30 degC [J/kg]; steam tables
  double cycles = 5.0;          ///< of concentration. Assumed, usual 3..7
  double drift = 2e-5;  ///< kg per kg of circulating water. Assumed, usual for drift eliminators
};

/// Make-up over an interval [kg] for `heat` [J] rejected and `circulated` [kg] of tower water.
double MakeUpWater(const WaterUseParams& params, double heat, double circulated);

}  // namespace headroom::cooling
