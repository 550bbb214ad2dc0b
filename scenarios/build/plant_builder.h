#pragma once

#include <memory>
#include <vector>

#include "models/cooling/weather.h"
#include "models/cost/capital.h"
#include "models/plant/plant_params.h"
#include "scenarios/build/context.h"
#include "scenarios/build/facility_builder.h"
#include "scenarios/build/inventory.h"
#include "scenarios/build/load_groups.h"

namespace headroom::scenario {

/// Everything that the plant model takes, from the scenario and the catalog. `weather` is made to outlive the plant.
plant::PlantParams MakePlantParams(const BuildContext& context, const std::vector<SystemStock>& systems,
                                   const LoadGroups& groups, const BuiltFacility& facility,
                                   std::unique_ptr<cooling::Weather>& weather);

using FaultList = google::protobuf::RepeatedPtrField<schema::Fault>;

/// What goes wrong, with the unit's number read from `where`; `list` is the path of the faults.
std::vector<plant::Fault> FaultsOf(const BuildContext& context, const FaultList& faults, const std::string& list,
                                   const plant::PlantParams& params);

/// Capital of the site; `it_capital` is NaN where a sheet has no price, and figures with capital in them are left out.
cost::CapitalParams MakeCapital(const BuildContext& context, const std::vector<SystemStock>& systems);

}  // namespace headroom::scenario
