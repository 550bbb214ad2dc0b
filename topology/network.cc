#include "topology/network.h"

#include <fmt/format.h>

#include <boost/graph/breadth_first_search.hpp>
#include <limits>

#include "sim/core/check.h"

namespace headroom::topology {

std::string VertexName(const Vertex& vertex) {
  constexpr const char* kNames[] = {"nic", "leaf", "spine", "core", "nvswitch"};
  return fmt::format("{}-{}", kNames[static_cast<int>(vertex.kind)], vertex.index + 1);
}

std::vector<std::uint32_t> LinksFrom(const NetworkGraph& graph, std::uint32_t from) {
  std::vector<std::uint32_t> links(boost::num_vertices(graph),
                                   std::numeric_limits<std::uint32_t>::max());
  links[from] = 0;
  const auto index = boost::get(boost::vertex_index, graph);
  auto record = boost::make_bfs_visitor(boost::record_distances(
      boost::make_iterator_property_map(links.begin(), index), boost::on_tree_edge()));
  boost::breadth_first_search(graph, from, boost::visitor(record).vertex_index_map(index));
  return links;
}

std::uint32_t NetworkBuilder::Add(Vertex vertex) {
  vertices_.push_back(vertex);
  return static_cast<std::uint32_t>(vertices_.size() - 1);
}

void NetworkBuilder::Connect(std::uint32_t a, std::uint32_t b, const Link& link) {
  HR_CHECK(a != b && a < vertices_.size() && b < vertices_.size(), a, b);
  ends_.insert(ends_.end(), {{a, b}, {b, a}});
  links_.insert(links_.end(), {link, link});
}

NetworkGraph NetworkBuilder::Build() const {
  NetworkGraph graph(boost::edges_are_unsorted_multi_pass, ends_.begin(), ends_.end(),
                     links_.begin(), static_cast<std::uint32_t>(vertices_.size()));
  for (std::uint32_t v = 0; v < vertices_.size(); ++v) graph[v] = vertices_[v];
  return graph;
}

}  // namespace headroom::topology
