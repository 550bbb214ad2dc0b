#pragma once

#include "models/plant/plant_params.h"
#include "scenarios/build/context.h"
#include "scenarios/build/facility_builder.h"
#include "scenarios/build/load_groups.h"

namespace headroom::scenario {

/// 1U switches in a network rack. Assumed
inline constexpr double kSwitchesPerRack = 32.0;

/// What a built site takes of its floor, its units and its ports.
struct SiteTake {
  double racks = 0.0;       ///< network racks included
  double mass = 0.0;        ///< kg
  double rack_mass = 0.0;   ///< kg, of the heaviest rack
  double busways = 0.0;
  double cdus = 0.0;
  double ports = 0.0;       ///< NICs on leaf switches
};
SiteTake TakeOf(const BuiltFacility& facility);

/// `fixed_uses` and `busways` of the plant by `site.limits`; warns of each limit that the site exceeds.
void SetLimits(const BuildContext& context, const BuiltFacility& facility, const LoadGroups& groups,
               plant::PlantParams* plant);

}  // namespace headroom::scenario
