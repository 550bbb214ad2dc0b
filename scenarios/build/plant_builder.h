#pragma once

#include <memory>
#include <vector>

#include "models/cooling/weather.h"
#include "models/cost/capital.h"
#include "models/plant/plant_params.h"
#include "scenarios/build/context.h"
#include "scenarios/build/inventory.h"
#include "scenarios/build/load_groups.h"

namespace headroom::scenario {

/// Which CDU cools which rack: liquid-cooled racks in the order of the file, `per_racks` to a unit.
struct CduPlan {
  std::vector<std::vector<int>> of_rack;  ///< by system and rack; -1: air
  int units = 0;
};
CduPlan PlanCdus(const BuildContext& context, const std::vector<SystemStock>& systems);

/// Switches and optics of the scale-out fabric as a load.
struct FabricLoad {
  std::uint32_t switches = 0;
  double power = 0.0;  ///< W, all of them with optics
};

/// Everything that the plant model takes, from the scenario and the catalog. `weather` is made to outlive the plant.
plant::PlantParams MakePlantParams(const BuildContext& context, const std::vector<SystemStock>& systems,
                                   const LoadGroups& groups, const CduPlan& cdus, const FabricLoad& fabric,
                                   std::unique_ptr<cooling::Weather>& weather);

/// Capital of the site; `it_capital` is NaN where a sheet has no price, and figures with capital in them are left out.
cost::CapitalParams MakeCapital(const BuildContext& context, const std::vector<SystemStock>& systems);

}  // namespace headroom::scenario
