#include "tests/topology/generate/max_flow.h"

#include <algorithm>
#include <limits>

namespace headroom::topology {
namespace {

struct Arc {
  std::uint32_t to;
  std::size_t back;
  double left;
};

}  // namespace

double BisectionFlow(const Network& network) {
  const auto n = static_cast<std::uint32_t>(boost::num_vertices(network.graph));
  const std::uint32_t source = n, sink = n + 1;
  std::vector<std::vector<Arc>> arcs(n + 2);
  auto add = [&](std::uint32_t a, std::uint32_t b, double capacity) {
    arcs[a].push_back({b, arcs[b].size(), capacity});
    arcs[b].push_back({a, arcs[a].size() - 1, 0.0});
  };
  for (auto [e, end] = boost::edges(network.graph); e != end; ++e)
    add(boost::source(*e, network.graph), boost::target(*e, network.graph),
        network.graph[*e].bandwidth);
  for (std::uint32_t v = 0; v < network.endpoints; ++v) {
    const double unlimited = 1e30;
    if (v < network.endpoints / 2)
      add(source, v, unlimited);
    else
      add(v, sink, unlimited);
  }
  for (double total = 0.0;;) {
    std::vector<std::pair<std::uint32_t, std::size_t>> from(n + 2, {n + 2, 0});
    std::vector<std::uint32_t> queue = {source};
    from[source].first = source;
    for (std::size_t i = 0; i < queue.size() && from[sink].first == n + 2; ++i)
      for (std::size_t k = 0; k < arcs[queue[i]].size(); ++k) {
        const Arc& arc = arcs[queue[i]][k];
        if (arc.left <= 1e-9 || from[arc.to].first != n + 2) continue;
        from[arc.to] = {queue[i], k};
        queue.push_back(arc.to);
      }
    if (from[sink].first == n + 2) return total;
    double step = std::numeric_limits<double>::infinity();
    for (std::uint32_t v = sink; v != source; v = from[v].first)
      step = std::min(step, arcs[from[v].first][from[v].second].left);
    for (std::uint32_t v = sink; v != source; v = from[v].first) {
      Arc& arc = arcs[from[v].first][from[v].second];
      arc.left -= step;
      arcs[v][arc.back].left += step;
    }
    total += step;
  }
}

}  // namespace headroom::topology
