#include "models/scheduling/mig.h"

#include <fmt/format.h>

#include <algorithm>

namespace headroom::scheduling {
namespace {

/// GB that a profile is named after: of one slice, two, four and all.
struct Memory {
  const char* accelerator;
  int one, two, four, all;
};
constexpr Memory kMemory[] = {{"a100-40g", 5, 10, 20, 40},  {"a100-80g", 10, 20, 40, 80},   {"h100", 10, 20, 40, 80},    {"h200", 18, 35, 71, 141},
                              {"b200", 23, 45, 90, 180},    {"gb200", 23, 45, 90, 180},     {"b300", 34, 67, 135, 269},  {"gb300", 34, 67, 135, 269}};

/// Free slices of the accelerator that begins at unit `first`, a bit each.
std::uint32_t FreeSlices(const Floor& floor, std::uint32_t first) {
  std::uint32_t free = 0;
  for (std::uint32_t s = 0; s < kMigSlices; ++s) free |= std::uint32_t{floor.free().Has(first + s)} << s;
  return free;
}

int Count(std::uint32_t bits) { return __builtin_popcount(bits); }

Allocation Whole(const Floor& floor, std::uint32_t units) {
  const FloorShape& shape = floor.shape();
  std::vector<std::uint32_t> best;
  for (std::uint32_t n = 0; n < shape.nodes(); ++n) {
    if (floor.free_in_node(n) < units) continue;
    std::vector<std::uint32_t> whole;
    for (std::uint32_t id = shape.node_begin[n]; id < shape.node_begin[n + 1]; id += kMigSlices)
      if (FreeSlices(floor, id) == (1u << kMigSlices) - 1) whole.push_back(id);
    if (whole.size() * kMigSlices >= units && (best.empty() || whole.size() < best.size())) best = std::move(whole);
  }
  Allocation out;
  for (std::uint32_t i = 0; !best.empty() && i < units / kMigSlices; ++i) {
    if (!out.empty() && out.back().first + out.back().count == best[i]) out.back().count += kMigSlices;
    else out.push_back({best[i], kMigSlices});
  }
  return out;
}

}  // namespace

std::vector<MigProfile> MigProfiles(const std::string& accelerator) {
  for (const Memory& m : kMemory) {
    if (accelerator != m.accelerator) continue;
    const auto row = [](int compute, int gb, std::uint32_t slices, std::uint8_t starts) {
      return MigProfile{fmt::format("{}g.{}gb", compute, gb), static_cast<std::uint32_t>(compute), slices, starts};
    };
    return {row(1, m.one, 1, 0b01111111), row(1, m.two, 2, 0b01010101), row(2, m.two, 2, 0b00010101),
            row(3, m.four, 4, 0b00010001), row(4, m.four, 4, 0b00000001), row(7, m.all, 8, 0b00000001)};
  }
  return {};
}

std::optional<MigProfile> FindMigProfile(const std::string& accelerator, const std::string& name) {
  for (const MigProfile& p : MigProfiles(accelerator))
    if (p.name == name) return p;
  return std::nullopt;
}

Allocation PlaceInstances(const Floor& floor, const PlacementRequest& request) {
  if (request.place.starts == 0) return Whole(floor, request.units);
  const FloorShape& shape = floor.shape();
  const std::uint32_t mask = (1u << request.units) - 1;
  std::optional<std::uint32_t> best;
  int fewest = 0;
  for (std::uint32_t n = 0; n < shape.nodes(); ++n) {
    if (floor.free_in_node(n) < request.units) continue;
    for (std::uint32_t id = shape.node_begin[n]; id < shape.node_begin[n + 1]; id += kMigSlices) {
      const std::uint32_t free = FreeSlices(floor, id);
      if (best && Count(free) >= fewest) continue;
      for (std::uint32_t s = kMigSlices; s-- > 0;)
        if ((request.place.starts >> s & 1u) != 0 && (free & mask << s) == mask << s) {
          best = id + s;
          fewest = Count(free);
          break;
        }
    }
  }
  if (!best) return {};
  return {{*best, request.units}};
}

}  // namespace headroom::scheduling
