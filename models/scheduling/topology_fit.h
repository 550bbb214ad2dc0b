#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace headroom::scheduling {

/// A tree of domains (block > rack > node) with room for equal pods in its leaves: the state that topology-aware
/// placement decides on.
struct TopologyTree {
  struct Domain {
    std::string name;  ///< ties are broken by it, then by the place in the level
    std::int64_t room = 0;  ///< pods that fit; inner domains: sum of the children
    std::vector<std::uint32_t> children;  ///< of the next level
  };
  std::vector<std::vector<Domain>> levels;  ///< 0 is the top
  /// Sums the leaves' room upward.
  void Sum();
};

enum class TopologyMode { kRequired, kPreferred, kUnconstrained };

struct TopologyShare {
  std::uint32_t leaf = 0;  ///< index in the lowest level
  std::int64_t pods = 0;
};

struct TopologyFit {
  std::vector<TopologyShare> shares;  ///< by name of the leaf; empty: refused
  std::int64_t fits = 0;              ///< where refused: pods that the best domain holds
};

/// Kueue's TAS without slices and leaders: the level is chosen by the mode (required: one domain of `level` or refuse;
/// preferred: climb until one domain holds all, at the top spread over several; unconstrained: like preferred from the
/// leaves, but several leaves at once), domains are filled by best fit (the smallest that holds the rest, else the
/// largest first), unconstrained by least free capacity; then the same at each lower level over the pooled children.
/// Source: Kueue ff69552, pkg/cache/scheduler/tas_flavor_snapshot.go as described in its documentation.
TopologyFit FitTopology(const TopologyTree& tree, TopologyMode mode, std::size_t level, std::int64_t pods);
/// All pods in one domain of `level`, which has room for them, filled by best fit.
TopologyFit FitWithin(const TopologyTree& tree, std::size_t level, std::uint32_t domain, std::int64_t pods);

}  // namespace headroom::scheduling
