#pragma once

#include <cstdint>
#include <vector>

namespace headroom::scheduling {

/// A pod on a node that may have to go for one of higher priority.
struct Victim {
  std::uint32_t id = 0;
  std::int32_t priority = 0;
  double request = 0.0;
  double start = 0.0;           ///< s; an earlier start is more important
  bool breaks_budget = false;   ///< its disruption budget does not allow it
};

/// Kubernetes: all pods of lower priority are taken away, then put back in order of importance (those whose budget breaks
/// first; then priority, then longer running) as long as `request` still fits. `free` is what the node has without any of
/// them removed. Returns who stays away; `*fits` is false if even all of them are not enough.
std::vector<Victim> Reprieve(double free, double request, std::int32_t priority, std::vector<Victim> pods, bool* fits);

/// The node whose victims are the least loss: fewest broken budgets; lowest highest priority; lowest sum of (priority +
/// 2^31); fewest; latest start among those of the highest priority; first. Every list has at least one victim.
std::size_t PickNode(const std::vector<std::vector<Victim>>& nodes);

}  // namespace headroom::scheduling
