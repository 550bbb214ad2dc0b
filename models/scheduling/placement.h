#pragma once

#include <string>
#include <vector>

#include "models/scheduling/floor.h"

namespace headroom::scheduling {

/// Which free units a job gets that fits. `units` <= floor.free().count(). The answer is ascending.
using Placement = Allocation (*)(const Floor& floor, std::uint32_t units);

struct PlacementRow {
  const char* name;
  Placement place;
  const char* text;
};

/// The lowest free ids, whatever node they are in.
Allocation FirstFit(const Floor& floor, std::uint32_t units);
/// The node with the fewest free units that still holds the job; a job larger than any node's free units takes the
/// emptiest nodes whole and ends in the tightest that holds the rest (Kueue's BestFit at the level of nodes).
Allocation Binpack(const Floor& floor, std::uint32_t units);
/// Always from the node with the most free units next, unit by unit; lower id on ties.
Allocation Spread(const Floor& floor, std::uint32_t units);
/// The smallest domain that holds the job: a node, else a rack, else all of the floor; inside it by best fit down to the
/// nodes (Kueue's topology-aware scheduling, `preferred` at the node level).
Allocation TopologyAware(const Floor& floor, std::uint32_t units);

const std::vector<PlacementRow>& PlacementTable();
/// Null if no row has that name.
const PlacementRow* FindPlacement(const std::string& name);

}  // namespace headroom::scheduling
