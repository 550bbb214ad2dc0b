#pragma once

#include "models/plant/power_path_params.h"
#include "scenarios/build/context.h"

namespace headroom::scenario {

/// Smoothing, storage, battery, grid limits and windows, from `site.power` and `record`.
plant::PowerPathParams MakePowerPath(const BuildContext& context);

}  // namespace headroom::scenario
