#pragma once

#include "models/plant/plant_params.h"
#include "scenarios/build/context.h"
#include "scenarios/build/load_groups.h"
#include "topology/facility.h"

namespace headroom::scenario {

/// The limits of the power tree and what happens there: boxes with the groups that hang from them, breakers, capping, shedding,
/// the utility's contract and its demand events. The stages of `p` are set.
void SetLimits(const BuildContext& context, const topology::Facility& site, const LoadGroups& groups,
               plant::PlantParams* p);

}  // namespace headroom::scenario
