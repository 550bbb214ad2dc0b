#pragma once

#include <vector>

#include "models/plant/plant_params.h"
#include "models/power/chain.h"

namespace headroom::plant {

/// The site's conversion stages: utility, `stages` in a row, one rectifier per group of racks; the
/// cooling plant hangs below the first stage.
struct SiteTree {
  explicit SiteTree(const PlantParams& params);
  power::PowerTree tree;
  power::BusId mechanical;
  power::BusId ups;                   ///< not valid without one
  std::vector<power::BusId> stages;  ///< of the site, utility first
  std::vector<power::BusId> racks;  ///< by group
};

}  // namespace headroom::plant
