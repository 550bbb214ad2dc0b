#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/core/diagnostics.h"
#include "topology/ids.h"
#include "topology/spec.h"

namespace headroom::topology {

/// Where a rack stands: its centre, metres from the room's corner, x along the rows. Row and column
/// are those of the layout, of a rack that was placed elsewhere too.
struct RackPlace {
  std::uint32_t row = 0;     ///< from 0
  std::uint32_t column = 0;  ///< from 0, along x
  double x = 0.0;
  double y = 0.0;
  Facing faces = Facing::kDown;
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

/// `racks_of_system` in order; each system begins a row. A placed rack that there is not is left out.
FloorPlan LayOut(const std::vector<std::uint32_t>& racks_of_system, const RoomSpec& room);

/// Extent of a rack along x and y [m].
std::pair<double, double> Footprint(const RoomSpec& room, Facing faces);

/// Reports placed racks that there are not, that stand in another rack or outside of the room, and
/// rows that are longer than a room of a given size. Paths are those of a scenario.
void CheckFloor(const FloorPlan& plan, const RoomSpec& room, Diagnostics* diagnostics);

}  // namespace headroom::topology
