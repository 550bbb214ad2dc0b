#pragma once

#include "models/plant/plant_params.h"
#include "scenarios/build/context.h"

namespace headroom::scenario {

/// Generators, batteries of UPS, shelves and site in an outage, cords and power supplies of racks. Groups, boxes and stages are there.
void SetSupply(const BuildContext& context, plant::PlantParams* plant);

}  // namespace headroom::scenario
