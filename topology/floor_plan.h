#pragma once

#include <cstdint>
#include <vector>

#include "topology/ids.h"
#include "topology/spec.h"

namespace headroom::topology {

/// Where a rack stands: its centre, metres from the room's corner, x along the rows.
struct RackPlace {
  std::uint32_t row = 0;     ///< from 0
  std::uint32_t column = 0;  ///< from 0, along x
  double x = 0.0;
  double y = 0.0;
  bool faces_up = false;  ///< its front looks towards larger y
};

/// The room and the place of every rack in it.
///
/// Row 0 looks at the wall y = 0 over a cold aisle; then hot and cold aisles take turns, so that
/// rows 0 and 1 stand back to back over a hot aisle and rows 1 and 2 face each other over a cold
/// one.
struct FloorPlan {
  std::vector<RackPlace> places;  ///< by RackId
  std::uint32_t rows = 0;
  double width = 0.0;   ///< m, x
  double length = 0.0;  ///< m, y
};

/// `racks_of_system` in order; each system begins a row.
FloorPlan LayOut(const std::vector<std::uint32_t>& racks_of_system, const RoomSpec& room);

}  // namespace headroom::topology
