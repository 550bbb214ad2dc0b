#include <algorithm>
#include <queue>
#include <utility>

#include "models/scheduling/placement.h"

namespace headroom::scheduling {
namespace {

/// `pods[n]` pods of `pod` units on each node, its lowest free units.
Allocation OnNodes(const Floor& floor, const std::vector<std::pair<std::uint32_t, std::uint32_t>>& pods, std::uint32_t pod) {
  Allocation out;
  for (const auto& [node, count] : pods) floor.LowestOf(node, count * pod, &out);
  return out;
}

Allocation ByScore(const Floor& floor, const PlacementRequest& request, bool most) {
  const std::uint32_t pod = std::max(1u, request.place.pod);
  const FloorShape& shape = floor.shape();
  using Entry = std::pair<std::int64_t, std::uint32_t>;  // score, ~node: the first node on ties
  std::priority_queue<Entry> heap;
  std::vector<std::uint32_t> free(shape.nodes()), count(shape.nodes(), 0);
  const auto enter = [&](std::uint32_t n) {
    if (free[n] < pod) return;
    const std::int64_t units = shape.node_begin[n + 1] - shape.node_begin[n];
    heap.emplace((most ? units - free[n] + pod : free[n] - pod) * 100 / units, ~n);
  };
  for (std::uint32_t n = 0; n < shape.nodes(); ++n) {
    free[n] = floor.free_in_node(n);
    enter(n);
  }
  for (std::uint32_t due = request.units / pod; due > 0; --due) {
    if (heap.empty()) return {};
    const std::uint32_t n = ~heap.top().second;
    heap.pop();
    ++count[n];
    free[n] -= pod;
    enter(n);
  }
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pods;
  for (std::uint32_t n = 0; n < shape.nodes(); ++n)
    if (count[n] > 0) pods.emplace_back(n, count[n]);
  return OnNodes(floor, pods, pod);
}

TopologyFit Fit(const TopologyTree& tree, const JobPlacement& place, std::int64_t pods) {
  switch (place.mode) {
    case PlacementMode::kRequired: return FitTopology(tree, TopologyMode::kRequired, place.level, pods);
    case PlacementMode::kUnconstrained: return FitTopology(tree, TopologyMode::kUnconstrained, place.level, pods);
    case PlacementMode::kLowest:
      for (std::size_t level = tree.levels.size(); level-- > place.level;)
        if (TopologyFit fit = FitTopology(tree, TopologyMode::kRequired, level, pods); !fit.shares.empty()) return fit;
      return {};
    default: return FitTopology(tree, TopologyMode::kPreferred, place.level, pods);
  }
}

/// Segments first, on the levels down to the request's, then the pods of each domain below.
TopologyFit FitSegments(const TopologyTree& tree, const JobPlacement& place, std::int64_t pods) {
  TopologyTree upper;
  upper.levels.assign(tree.levels.begin(), tree.levels.begin() + place.level + 1);
  for (TopologyTree::Domain& d : upper.levels.back()) {
    d.room /= place.segment;
    d.children.clear();
  }
  upper.Sum();
  const TopologyFit segments = FitTopology(upper, TopologyMode::kPreferred, place.level, pods / place.segment);
  TopologyFit out;
  for (const TopologyShare& s : segments.shares) {
    const TopologyFit part = FitWithin(tree, place.level, s.leaf, s.pods * place.segment);
    out.shares.insert(out.shares.end(), part.shares.begin(), part.shares.end());
  }
  return out;
}

}  // namespace

Allocation PlaceInDomains(const Floor& floor, const PlacementRequest& request) {
  const JobPlacement& place = request.place;
  const TopologyTree tree = floor.Room(place.pod);
  const std::int64_t pods = request.units / place.pod;
  const TopologyFit fit = place.segment > 0 ? FitSegments(tree, place, pods) : Fit(tree, place, pods);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> on;
  for (const TopologyShare& s : fit.shares) on.emplace_back(s.leaf, static_cast<std::uint32_t>(s.pods));
  std::sort(on.begin(), on.end());
  return OnNodes(floor, on, place.pod);
}

Allocation MostAllocated(const Floor& floor, const PlacementRequest& request) { return ByScore(floor, request, true); }
Allocation LeastAllocated(const Floor& floor, const PlacementRequest& request) { return ByScore(floor, request, false); }

}  // namespace headroom::scheduling
