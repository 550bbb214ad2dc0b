#include "models/cooling/water_use.h"

#include <algorithm>

namespace headroom::cooling {

double MakeUpWater(const WaterUseParams& params, double heat, double circulated) {
  const double evaporation = std::max(0.0, heat) / params.latent_heat;
  const double drift = params.drift * circulated;
  const double blow_down = std::max(0.0, evaporation / (params.cycles - 1.0) - drift);
  return evaporation + blow_down + drift;
}

}  // namespace headroom::cooling
