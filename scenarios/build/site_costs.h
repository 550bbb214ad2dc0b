#pragma once

#include <memory>
#include <vector>

#include "models/plant/plant.h"
#include "scenarios/build/inventory.h"
#include "scenarios/build/work.h"

namespace headroom::scenario {

/// Sets `site.cost.*`, `site.carbon.*` and each workload's energy, cost and carbon by its tokens. `switches` of the fabric are installed.
///
/// A workload carries the share of the site's capital and operation that its accelerator-seconds are of those installed,
/// and the share of the energy at the utility that its boards' energy is of all boards'. What idle machines cost stays
/// with the site. Figures with capital in them are left out where a sheet has no price.
void SetCostMetrics(const BuildContext& context, const std::vector<SystemStock>& systems, double switches, const plant::Plant& plant,
                    const std::vector<std::unique_ptr<Work>>& works, MetricSet& metrics);

}  // namespace headroom::scenario
