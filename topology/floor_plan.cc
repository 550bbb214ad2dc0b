#include "topology/floor_plan.h"

#include <algorithm>

namespace headroom::topology {
namespace {

/// y of the near edge of row `row`.
double RowEdge(std::uint32_t row, const RoomSpec& room) {
  const std::uint32_t hot = (row + 1) / 2, cold = row / 2;
  return room.margin + row * room.rack_depth + hot * room.hot_aisle + cold * room.cold_aisle;
}

}  // namespace

FloorPlan LayOut(const std::vector<std::uint32_t>& racks_of_system, const RoomSpec& room) {
  FloorPlan plan;
  std::uint32_t widest = 0;
  for (const std::uint32_t racks : racks_of_system) {
    for (std::uint32_t i = 0; i < racks; ++i) {
      RackPlace place;
      place.row = plan.rows + i / room.racks_per_row;
      place.column = i % room.racks_per_row;
      place.x = room.margin + (place.column + 0.5) * room.rack_width;
      place.y = RowEdge(place.row, room) + 0.5 * room.rack_depth;
      place.faces_up = place.row % 2 == 1;
      widest = std::max(widest, place.column + 1);
      plan.places.push_back(place);
    }
    plan.rows += (racks + room.racks_per_row - 1) / room.racks_per_row;
  }
  plan.width = 2 * room.margin + widest * room.rack_width;
  plan.length = plan.rows == 0 ? 2 * room.margin
                               : RowEdge(plan.rows - 1, room) + room.rack_depth + room.margin;
  return plan;
}

}  // namespace headroom::topology
