#pragma once

#include <cstdint>
#include <limits>
#include <vector>

namespace headroom::scheduling {

/// A queue of Volcano's proportion plugin, one resource.
struct ProportionQueue {
  double weight = 1.0;
  double request = 0.0;
  double guarantee = 0.0;
  double capability = std::numeric_limits<double>::infinity();
};

/// What each queue deserves of `total`: the remainder is dealt by weight among unsatisfied queues, again and again; capped
/// by request and by the real capability (total - all guarantees + its own), floored by its guarantee.
std::vector<double> Deserved(double total, const std::vector<ProportionQueue>& queues);

/// A node of hierarchical dominant-resource fairness. Node 0 is the root; a parent stands before its children.
struct HdrfNode {
  std::uint32_t parent = 0;
  double weight = 1.0;
  std::vector<double> task;      ///< demand of one task; empty: an inner node
  std::uint32_t tasks = 0;       ///< that wait
  std::vector<double> allocated; ///< out
};

/// Deals tasks one by one to the leaf that is reached by going, from the root, to the child with the lowest share over
/// weight, until no waiting task fits. An inner node's share is the dominant share of its children's allocations after each
/// is scaled to the smallest share among those that still want something (Bhattacharya et al. 2013, rescaling).
void ShareHierarchically(const std::vector<double>& total, std::vector<HdrfNode>* nodes);

}  // namespace headroom::scheduling
