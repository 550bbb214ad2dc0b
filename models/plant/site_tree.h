#pragma once

#include <vector>

#include "models/plant/plant_params.h"
#include "models/power/chain.h"

namespace headroom::plant {

/// The site's conversion stages: utility, `stages` in a row, one rectifier per group of racks, one converter per
/// node where there are any; the cooling plant hangs below the first stage.
struct SiteTree {
  explicit SiteTree(const PlantParams& params);
  power::PowerTree tree;
  power::BusId mechanical;
  power::BusId ups;                   ///< not valid without one
  std::vector<power::BusId> stages;  ///< of the site, utility first
  std::vector<power::BusId> racks;  ///< by group
  std::vector<power::BusId> nodes;  ///< by group: behind the nodes' converters, else as `racks`
  /// Load of a group [W]: its nodes, and what hangs on its racks beside them.
  void SetRacks(std::size_t group, double nodes, double switches);
};

}  // namespace headroom::plant
