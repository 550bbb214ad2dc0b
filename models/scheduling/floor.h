#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "models/scheduling/topology_fit.h"
#include "models/scheduling/unit_set.h"

namespace headroom::scheduling {

/// A level of domains: domain d has the nodes begin[d] .. begin[d + 1] - 1.
struct FloorLevel {
  std::string name;
  std::vector<std::uint32_t> begin{0};
};

/// Processors and memory of a node.
struct HostStock {
  std::int64_t cpus = 0;    ///< 1/1000
  std::int64_t memory = 0;  ///< MB
};

/// Which units stand together: node n has the units node_begin[n] .. node_begin[n + 1] - 1, rack r the nodes
/// rack_begin[r] .. rack_begin[r + 1] - 1.
struct FloorShape {
  std::vector<std::uint32_t> node_begin{0};
  std::vector<std::uint32_t> rack_begin{0};
  std::vector<FloorLevel> levels;  ///< above the nodes, the largest first, each made of whole domains of the next; default: the racks
  std::vector<std::uint32_t> zone_begin;  ///< nodes that give their heat to the same unit of cooling; default: the racks
  std::vector<std::uint8_t> kind;         ///< of each node's accelerators; empty: all of one
  std::vector<HostStock> host;            ///< of each node; empty: not counted
  std::uint32_t parts = 1;         ///< units of one accelerator; units a * parts .. (a + 1) * parts - 1 are accelerator a

  std::uint32_t units() const { return node_begin.back(); }
  std::uint32_t nodes() const { return static_cast<std::uint32_t>(node_begin.size()) - 1; }
  std::uint32_t kind_of(std::uint32_t node) const { return kind.empty() ? 0 : kind[node]; }
  std::uint32_t racks() const { return static_cast<std::uint32_t>(rack_begin.size()) - 1; }
  /// Racks of equal nodes; the last rack may have fewer.
  static FloorShape Uniform(std::uint32_t nodes, std::uint32_t units_per_node, std::uint32_t nodes_per_rack);
};

/// The units of a cluster: which are free, by unit, node and rack.
class Floor {
 public:
  explicit Floor(FloorShape shape);
  const FloorShape& shape() const { return shape_; }
  const UnitSet& free() const { return free_; }
  std::uint32_t free_in_node(std::uint32_t node) const { return node_free_[node]; }
  std::uint32_t free_in_rack(std::uint32_t rack) const { return rack_free_[rack]; }
  /// `host` is what the job that holds all of `units` asks for.
  void Take(const Allocation& units, HostNeed host = {});
  void Give(const Allocation& units, HostNeed host = {});
  /// Left of a node's; empty where it is not counted.
  const std::vector<HostStock>& host_left() const { return host_left_; }
  /// Leaves each node the lesser of what `a` and `b` have left of processors and memory.
  void LeastHost(const Floor& a, const Floor& b);
  /// Units out of `of` for which the node has processors and memory.
  std::uint32_t HostRoom(std::uint32_t node, HostNeed host, std::uint32_t of) const;
  /// With at most usable(node) of each node's free units, its lowest.
  template <class F>
  Floor Limited(F usable) const {
    Floor out = *this;
    Allocation surplus;
    for (std::uint32_t n = 0; n < shape_.nodes(); ++n) {
      const std::uint32_t most = usable(n);
      if (most < node_free_[n]) HighestOf(n, node_free_[n] - most, &surplus);
    }
    out.Take(surplus);
    return out;
  }
  /// Those of `units` that are free.
  Allocation FreeOf(const Allocation& units) const;
  /// Pods of `pod` units that each node has room for, and each domain above: the levels of the shape, then the nodes.
  TopologyTree Room(std::uint32_t pod) const;
  /// Says what was taken and given back on the node so far, as a hash: floors of one shape with equal stamps are alike there.
  std::uint64_t stamp(std::uint32_t node) const { return stamps_[node]; }
  /// Distinct nodes of an allocation.
  std::uint32_t NodesOf(const Allocation& units) const;
  /// Calls f(node, count) for each node of `units`, in order.
  template <class F>
  void EachNode(const Allocation& units, F f) const {
    for (const UnitRun& run : units)
      for (std::uint32_t id = run.first, end = run.first + run.count; id < end;) {
        const std::uint32_t node = node_of_unit_[id];
        const std::uint32_t n = std::min(end, shape_.node_begin[node + 1]) - id;
        f(node, n);
        id += n;
      }
  }
  /// The `count` lowest free units of `node`, added to `out`.
  void LowestOf(std::uint32_t node, std::uint32_t count, Allocation* out) const;

 private:
  void HighestOf(std::uint32_t node, std::uint32_t count, Allocation* out) const;
  void ChangeHost(const Allocation& units, HostNeed host, int sign);
  void Mark(std::uint32_t node, const UnitRun& run, bool taken);

  FloorShape shape_;
  UnitSet free_;
  std::vector<std::uint32_t> node_of_unit_, rack_of_node_, node_free_, rack_free_;
  std::vector<std::uint64_t> stamps_;
  std::vector<HostStock> host_left_;
  TopologyTree domains_;  ///< without room
};

}  // namespace headroom::scheduling
