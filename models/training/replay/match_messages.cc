#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "models/training/replay/graph_builder.h"
#include "sim/core/diagnostics.h"

namespace headroom::training {
namespace {

/// One message; ordered so that those which may be paired stand together.
struct Post {
  std::uint32_t source = 0, destination = 0, tag = 0;
  double bytes = 0;
  std::uint32_t node = 0;
  bool SameAs(const Post& o) const {
    return source == o.source && destination == o.destination && tag == o.tag && bytes == o.bytes;
  }
  friend auto operator<=>(const Post&, const Post&) = default;
};

std::string Unpaired(const ReplayGraph& g, const Post& p, bool send) {
  return send ? fmt::format("{} sends {} B to rank {} with tag {}, which rank {} never receives",
                            g.Text(p.node), p.bytes, p.destination, p.tag, p.destination)
              : fmt::format("{} waits for {} B from rank {} with tag {}, which rank {} never sends",
                            g.Text(p.node), p.bytes, p.source, p.tag, p.source);
}

}  // namespace

void MatchMessages(const ReplayGraphParams& params, ReplayGraph* graph) {
  ReplayGraph& g = *graph;
  std::vector<Post> sends, receives;
  for (std::uint32_t r = 0; r < g.rank_count(); ++r) {
    for (std::uint32_t i = 0; i < g.traces[r].nodes.size(); ++i) {
      const std::uint32_t at = g.first[r] + i;
      if (g.kind[at] != NodeKind::kSend && g.kind[at] != NodeKind::kReceive) continue;
      const TraceNode& n = g.traces[r].nodes[i];
      const bool send = g.kind[at] == NodeKind::kSend;
      if (n.peer >= g.rank_count())
        throw ConfigError(fmt::format("{} {} rank {}, and there are {} traces, from rank 0",
                                      g.Text(at), send ? "sends to" : "receives from", n.peer,
                                      g.rank_count()));
      if (!n.sized) throw ConfigError(fmt::format("{} has no comm_size", g.Text(at)));
      (send ? sends : receives)
          .push_back({send ? r : n.peer, send ? n.peer : r, n.tag, n.bytes, at});
    }
  }
  std::sort(sends.begin(), sends.end());
  std::sort(receives.begin(), receives.end());
  std::vector<std::string> wrong;
  std::map<std::tuple<bool, bool, double>, std::int64_t> known;
  const std::uint32_t domain = std::max<std::uint32_t>(1, params.fabric.scale_up.domain);
  const std::uint32_t leaf = std::max<std::uint32_t>(1, params.fabric.scale_out.leaf_accelerators);
  std::size_t s = 0, d = 0;
  while ((s < sends.size() || d < receives.size()) && wrong.size() < kMaxFindings) {
    if (s < sends.size() && d < receives.size() && sends[s].SameAs(receives[d])) {
      const Post& p = sends[s];
      g.partner[p.node] = receives[d].node;
      g.partner[receives[d].node] = p.node;
      const bool out = p.source / domain != p.destination / domain;
      const bool far = out && p.source / leaf != p.destination / leaf;
      const auto [it, fresh] = known.emplace(std::tuple(out, far, p.bytes), 0);
      if (fresh) it->second = CeilNs(network::SendSeconds(params.fabric, out, far, p.bytes));
      g.length[p.node].fixed = p.source == p.destination ? 0 : it->second;
      ++s, ++d;
    } else if (d == receives.size() || (s < sends.size() && sends[s] < receives[d])) {
      wrong.push_back(Unpaired(g, sends[s++], true));
    } else {
      wrong.push_back(Unpaired(g, receives[d++], false));
    }
  }
  ThrowIfAny(wrong);
}

}  // namespace headroom::training
