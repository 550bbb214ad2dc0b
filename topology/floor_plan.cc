#include "topology/floor_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace headroom::topology {
namespace {

constexpr double kTouch = 1e-3;  ///< m: racks that share less stand side by side

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
      place.faces = place.row % 2 == 1 ? Facing::kUp : Facing::kDown;
      widest = std::max(widest, place.column + 1);
      plan.places.push_back(place);
    }
    plan.rows += (racks + room.racks_per_row - 1) / room.racks_per_row;
  }
  plan.width = 2 * room.margin + widest * room.rack_width;
  plan.length = plan.rows == 0 ? 2 * room.margin
                               : RowEdge(plan.rows - 1, room) + room.rack_depth + room.margin;
  for (const PlacedRack& placed : room.placed) {
    if (placed.rack >= plan.places.size()) continue;
    RackPlace& place = plan.places[placed.rack];
    place.x = placed.x;
    place.y = placed.y;
    place.faces = placed.faces.value_or(place.faces);
    const auto [along, across] = Footprint(room, place.faces);
    plan.width = std::max(plan.width, place.x + along / 2 + room.margin);
    plan.length = std::max(plan.length, place.y + across / 2 + room.margin);
  }
  if (room.width > 0.0) plan.width = room.width;
  if (room.length > 0.0) plan.length = room.length;
  return plan;
}

std::pair<double, double> Footprint(const RoomSpec& room, Facing faces) {
  const bool across = faces == Facing::kLeft || faces == Facing::kRight;
  return across ? std::pair(room.rack_depth, room.rack_width)
                : std::pair(room.rack_width, room.rack_depth);
}

void CheckFloor(const FloorPlan& plan, const RoomSpec& room, Diagnostics* diagnostics) {
  const auto edges = [&](const RackPlace& p) {
    const auto [along, across] = Footprint(room, p.faces);
    return std::array{p.x - along / 2, p.x + along / 2, p.y - across / 2, p.y + across / 2};
  };
  std::vector<bool> placed(plan.places.size(), false);
  for (const PlacedRack& one : room.placed) {
    const std::string path = fmt::format("site.floor.racks[rack-{}]", one.rack + 1);
    if (one.rack >= plan.places.size()) {
      diagnostics->Error({}, path, fmt::format("is not there; the site has {} racks", plan.places.size()));
      continue;
    }
    if (placed[one.rack]) diagnostics->Error({}, path, "is placed twice");
    placed[one.rack] = true;
  }
  double widest = 0.0, longest = 0.0;
  for (std::size_t r = 0; r < plan.places.size(); ++r) {
    const RackPlace& p = plan.places[r];
    const auto [left, right, near, far] = edges(p);
    if (!placed[r]) {
      widest = std::max(widest, right);
      longest = std::max(longest, far);
      continue;
    }
    const std::string path = fmt::format("site.floor.racks[rack-{}]", r + 1);
    if (left < -kTouch || near < -kTouch || right > plan.width + kTouch || far > plan.length + kTouch)
      diagnostics->Error({}, path, fmt::format("at x {:g} m, y {:g} m reaches out of the hall of {:g} m x {:g} m",
                                               p.x, p.y, plan.width, plan.length));
    for (std::size_t other = 0; other < plan.places.size(); ++other) {
      if (other == r || (placed[other] && other < r)) continue;
      const auto [l, rr, n, f] = edges(plan.places[other]);
      if (right <= l + kTouch || rr <= left + kTouch || far <= n + kTouch || f <= near + kTouch) continue;
      diagnostics->Error({}, path, fmt::format("stands in rack-{}: their centres are {:.3g} m and {:.3g} m apart", other + 1,
                                               std::abs(p.x - plan.places[other].x), std::abs(p.y - plan.places[other].y)));
    }
  }
  const auto too_long = [&](const char* key, double size, double reach, const char* axis) {
    if (size > 0.0 && reach > size + kTouch)
      diagnostics->Error({}, std::string("site.floor.") + key,
                         fmt::format("is {:g} m; racks in rows reach to {} {:.4g} m (racks_per_row makes rows {})", size, axis,
                                     reach, *axis == 'x' ? "shorter" : "longer and fewer"));
  };
  too_long("width", room.width, widest, "x");
  too_long("length", room.length, longest, "y");
}

}  // namespace headroom::topology
