#include "models/scheduling/placement.h"

#include <algorithm>
#include <queue>
#include <utility>

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

/// Fills nodes first .. last - 1 by best fit.
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

}  // namespace

Allocation FirstFit(const Floor& floor, std::uint32_t units) { return floor.free().Lowest(units); }

Allocation Binpack(const Floor& floor, std::uint32_t units) {
  return PackNodes(floor, 0, floor.shape().nodes(), units);
}

Allocation Spread(const Floor& floor, std::uint32_t units) {
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

Allocation TopologyAware(const Floor& floor, std::uint32_t units) {
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

const std::vector<PlacementRow>& PlacementTable() {
  static const std::vector<PlacementRow> rows = {
      {"first-fit", FirstFit, "lowest free ids"},
      {"binpack", Binpack, "the tightest node that holds it"},
      {"spread", Spread, "from the emptiest nodes, evenly"},
      {"topology-aware", TopologyAware, "the smallest of node, rack and floor that holds it"},
  };
  return rows;
}

const PlacementRow* FindPlacement(const std::string& name) {
  for (const PlacementRow& row : PlacementTable())
    if (name == row.name) return &row;
  return nullptr;
}

}  // namespace headroom::scheduling
