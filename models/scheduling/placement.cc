#include "models/scheduling/placement.h"

#include <algorithm>
#include <queue>
#include <utility>

#include "models/scheduling/mig.h"
#include "sim/core/check.h"

namespace headroom::scheduling {
namespace {

/// `taken` units of each node, by node, as an allocation of its lowest free ids.
Allocation FromNodes(const Floor& floor, std::vector<std::pair<std::uint32_t, std::uint32_t>> taken) {
  std::sort(taken.begin(), taken.end());
  Allocation out;
  for (const auto& [node, count] : taken) floor.LowestOf(node, count, &out);
  return out;
}

}  // namespace

Allocation PackNodes(const Floor& floor, std::uint32_t first, std::uint32_t last, std::uint32_t units) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> taken;
  std::vector<std::uint32_t> order;
  while (units > 0) {
    // The tightest node that holds the rest; while none does, the emptiest whole.
    std::uint32_t tight = 0xffffffffu;
    for (std::uint32_t n = first; n < last; ++n) {
      const std::uint32_t free = floor.free_in_node(n);
      if (free < units || (tight != 0xffffffffu && free >= floor.free_in_node(tight))) continue;
      if (std::none_of(taken.begin(), taken.end(), [&](const auto& t) { return t.first == n; })) tight = n;
    }
    if (tight != 0xffffffffu) {
      taken.emplace_back(tight, units);
      break;
    }
    if (order.empty()) {
      for (std::uint32_t n = first; n < last; ++n)
        if (floor.free_in_node(n) > 0) order.push_back(n);
      std::stable_sort(order.begin(), order.end(),
                       [&](std::uint32_t a, std::uint32_t b) { return floor.free_in_node(a) > floor.free_in_node(b); });
    }
    // No node held `units`, so the emptiest ones are used up whole down to a rest that one may hold.
    HR_CHECK(taken.size() < order.size(), units);
    std::size_t i = taken.size();
    do {
      taken.emplace_back(order[i], floor.free_in_node(order[i]));
      units -= floor.free_in_node(order[i]);
      ++i;
    } while (i < order.size() && floor.free_in_node(order[i]) < units);
  }
  return FromNodes(floor, std::move(taken));
}

Allocation FirstFit(const Floor& floor, const PlacementRequest& request) { return floor.free().Lowest(request.units); }

Allocation Binpack(const Floor& floor, const PlacementRequest& request) {
  return PackNodes(floor, 0, floor.shape().nodes(), request.units);
}

Allocation Spread(const Floor& floor, const PlacementRequest& request) {
  std::uint32_t units = request.units;
  using Entry = std::pair<std::uint32_t, std::uint32_t>;  // free, ~node: the largest is the emptiest, lowest id first
  std::vector<Entry> heap;
  for (std::uint32_t n = 0; n < floor.shape().nodes(); ++n)
    if (floor.free_in_node(n) > 0) heap.emplace_back(floor.free_in_node(n), ~n);
  std::make_heap(heap.begin(), heap.end());
  std::vector<std::uint32_t> count(floor.shape().nodes(), 0);
  for (; units > 0; --units) {
    std::pop_heap(heap.begin(), heap.end());
    ++count[~heap.back().second];
    if (--heap.back().first == 0) {
      heap.pop_back();
    } else {
      std::push_heap(heap.begin(), heap.end());
    }
  }
  Allocation out;
  for (std::uint32_t n = 0; n < count.size(); ++n)
    if (count[n] > 0) floor.LowestOf(n, count[n], &out);
  return out;
}

Allocation TopologyAware(const Floor& floor, const PlacementRequest& request) {
  if (request.place.pod > 0) return PlaceInDomains(floor, request);
  std::uint32_t units = request.units;
  const FloorShape& shape = floor.shape();
  std::uint32_t tight = 0xffffffffu;
  for (std::uint32_t n = 0; n < shape.nodes(); ++n)
    if (floor.free_in_node(n) >= units && (tight == 0xffffffffu || floor.free_in_node(n) < floor.free_in_node(tight)))
      tight = n;
  if (tight != 0xffffffffu) return FromNodes(floor, {{tight, units}});
  std::uint32_t rack = 0xffffffffu;
  for (std::uint32_t r = 0; r < shape.racks(); ++r)
    if (floor.free_in_rack(r) >= units && (rack == 0xffffffffu || floor.free_in_rack(r) < floor.free_in_rack(rack)))
      rack = r;
  if (rack != 0xffffffffu) return PackNodes(floor, shape.rack_begin[rack], shape.rack_begin[rack + 1], units);

  // Several racks: the emptiest whole, then the tightest that holds the rest.
  std::vector<std::uint32_t> racks;
  for (std::uint32_t r = 0; r < shape.racks(); ++r)
    if (floor.free_in_rack(r) > 0) racks.push_back(r);
  std::stable_sort(racks.begin(), racks.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return floor.free_in_rack(a) > floor.free_in_rack(b); });
  Allocation out;
  std::size_t i = 0;
  for (; floor.free_in_rack(racks[i]) < units; ++i) {
    const Allocation part = PackNodes(floor, shape.rack_begin[racks[i]], shape.rack_begin[racks[i] + 1],
                                      floor.free_in_rack(racks[i]));
    out.insert(out.end(), part.begin(), part.end());
    units -= floor.free_in_rack(racks[i]);
  }
  if (units > 0) {
    std::size_t last = i;
    for (std::size_t j = i; j < racks.size() && floor.free_in_rack(racks[j]) >= units; ++j)
      if (floor.free_in_rack(racks[j]) < floor.free_in_rack(racks[last])) last = j;
    const Allocation part = PackNodes(floor, shape.rack_begin[racks[last]], shape.rack_begin[racks[last] + 1], units);
    out.insert(out.end(), part.begin(), part.end());
  }
  std::sort(out.begin(), out.end(), [](const UnitRun& a, const UnitRun& b) { return a.first < b.first; });
  return out;
}

Allocation Coolest(const Floor& floor, const PlacementRequest& request) {
  const FloorShape& shape = floor.shape();
  struct Zone {
    std::uint32_t begin, end, free, units;
  };
  std::vector<Zone> zones;
  for (std::size_t z = 0; z + 1 < shape.zone_begin.size(); ++z) {
    Zone zone{shape.zone_begin[z], shape.zone_begin[z + 1], 0, 0};
    for (std::uint32_t n = zone.begin; n < zone.end; ++n) zone.free += floor.free_in_node(n);
    zone.units = shape.node_begin[zone.end] - shape.node_begin[zone.begin];
    if (zone.free > 0) zones.push_back(zone);
  }
  // The largest share of free units is the smallest of held ones.
  std::stable_sort(zones.begin(), zones.end(), [](const Zone& a, const Zone& b) {
    return std::uint64_t{a.free} * b.units > std::uint64_t{b.free} * a.units;
  });
  for (const Zone& zone : zones)
    if (zone.free >= request.units) return PackNodes(floor, zone.begin, zone.end, request.units);
  Allocation out;
  std::uint32_t units = request.units;
  for (const Zone& zone : zones) {
    const std::uint32_t n = std::min(units, zone.free);
    if (n == 0) break;
    const Allocation part = PackNodes(floor, zone.begin, zone.end, n);
    out.insert(out.end(), part.begin(), part.end());
    units -= n;
  }
  std::sort(out.begin(), out.end(), [](const UnitRun& a, const UnitRun& b) { return a.first < b.first; });
  return out;
}

namespace {
template <Allocation (*kPlace)(const Floor&, const PlacementRequest&)>
Placement Plain(const PlacementOptions&) {
  return kPlace;
}
template <SharePolicy kPolicy>
Placement Shares(const PlacementOptions& options) {
  return MakeShares(kPolicy, options);
}
}  // namespace

const std::vector<PlacementRow>& PlacementTable() {
  static const std::vector<PlacementRow> rows = {
      {"first-fit", Plain<FirstFit>, Heeds::kNothing, "lowest free ids"},
      {"binpack", Plain<Binpack>, Heeds::kNothing, "the tightest node that holds it"},
      {"spread", Plain<Spread>, Heeds::kNothing, "from the emptiest nodes, evenly"},
      {"topology-aware", Plain<TopologyAware>, Heeds::kDomains, "the smallest domain that holds it, or as the job asks"},
      {"most-allocated", Plain<MostAllocated>, Heeds::kPods, "Kubernetes: pod by pod on the fullest node"},
      {"least-allocated", Plain<LeastAllocated>, Heeds::kPods, "Kubernetes: pod by pod on the emptiest node"},
      {"coolest", Plain<Coolest>, Heeds::kNothing, "the unit of cooling that carries the least for its size"},
      {"fgd", Shares<SharePolicy::kFgd>, Heeds::kParts, "parts: least growth of fragmentation"},
      {"random", Shares<SharePolicy::kRandom>, Heeds::kParts, "parts: any node and accelerator"},
      {"dot-product", Shares<SharePolicy::kDotProduct>, Heeds::kParts, "parts: what is left and what is asked are alike"},
      {"packing", Shares<SharePolicy::kPacking>, Heeds::kParts, "parts: accelerators in part use first"},
      {"mig", Plain<PlaceInstances>, Heeds::kParts, "MIG instances at the places that the hardware allows, fullest accelerator first"},
      {"best-fit", Shares<SharePolicy::kBestFit>, Heeds::kParts, "parts: least left"},
  };
  return rows;
}

const PlacementRow* FindPlacement(const std::string& name) {
  for (const PlacementRow& row : PlacementTable())
    if (name == row.name) return &row;
  return nullptr;
}

}  // namespace headroom::scheduling
