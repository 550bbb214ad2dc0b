#pragma once

#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "topology/fabric_summary.h"

namespace headroom::topology {

enum class VertexKind : std::uint8_t { kNic, kLeaf, kSpine, kCore, kDomainSwitch };

/// A NIC (or an accelerator's port into its domain), or a switch; counted from 0 within its kind.
struct Vertex {
  VertexKind kind = VertexKind::kNic;
  std::uint32_t index = 0;
};

/// One direction of the cables between two vertices.
struct Link {
  double bandwidth = 0.0;  ///< B/s, all cables together
  double latency = 0.0;    ///< s
  std::uint32_t cables = 1;
};

using NetworkGraph =
    boost::compressed_sparse_row_graph<boost::directedS, Vertex, Link, boost::no_property,
                                       std::uint32_t, std::uint32_t>;

/// A fabric as a graph and in figures. Immutable; every cable appears once per direction.
///
/// Endpoints come first: vertex node * nics_per_node + rank is NIC `rank` of node `node`, both
/// counted from 0 within the system.
struct Network {
  NetworkGraph graph;
  std::uint32_t endpoints = 0;
  std::uint32_t nics_per_node = 1;
  FabricSummary summary;
};

/// "nic-1", "leaf-1", "spine-1", "core-1", "nvswitch-1": counted from 1.
std::string VertexName(const Vertex& vertex);

/// Links crossed from `from` to every vertex by breadth-first search; UINT32_MAX where there is no
/// way.
std::vector<std::uint32_t> LinksFrom(const NetworkGraph& graph, std::uint32_t from);

/// Collects vertices and links, then builds the graph.
class NetworkBuilder {
 public:
  std::uint32_t Add(Vertex vertex);
  /// Both directions between `a` and `b`.
  void Connect(std::uint32_t a, std::uint32_t b, const Link& link);
  NetworkGraph Build() const;

 private:
  std::vector<Vertex> vertices_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> ends_;
  std::vector<Link> links_;
};

}  // namespace headroom::topology
