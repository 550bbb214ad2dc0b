#pragma once

#include <memory>
#include <vector>

#include "models/plant/plant_params.h"
#include "scenarios/build/context.h"
#include "scenarios/build/inventory.h"

namespace headroom::scenario {

/// Design flow of one rack [kg/s]: the sheet's, else what carries the liquid heat at the sheet's rise.
double RackFlow(const SystemStock& system, const catalog::Cdu& cdu, double supply);

/// CDUs, towers or dry coolers, chillers and the air side, sized by the systems' nameplates where the
/// scenario gives no count. `plant` has its groups; warns where a CDU's racks would warm their coolant
/// by more than they are made for, and refuses what would boil it.
void SetCooling(const BuildContext& context, const std::vector<SystemStock>& systems, int cdus,
                plant::PlantParams* plant);

/// Null where the weather is refused.
std::unique_ptr<cooling::Weather> WeatherOf(const BuildContext& context);

}  // namespace headroom::scenario
