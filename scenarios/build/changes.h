#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "models/plant/plant_params.h"
#include "models/plant/plant_change.h"
#include "scenarios/build/context.h"
#include "sim/engine/time.h"

namespace headroom::scenario {

/// One of the scenario's `changes`, ready to be made.
struct DueChange {
  Instant at;
  std::size_t number = 0;  ///< in the file, from 0
  plant::PlantChange plant;
  std::vector<std::pair<std::size_t, double>> rates;  ///< workload, requests per second
};

/// The changes in order of time, those of one instant in the order of the file. `plant` is as at the start.
std::vector<DueChange> ChangesOf(const BuildContext& context, const plant::PlantParams& plant);

}  // namespace headroom::scenario
