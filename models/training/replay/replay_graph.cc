#include "models/training/replay/replay_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/training/replay/graph_builder.h"
#include "sim/core/check.h"
#include "sim/core/diagnostics.h"

namespace headroom::training {
namespace {

/// Lanes of a rank: host, outgoing messages, then compute streams.
enum Lane : std::uint32_t { kHost, kOutgoing, kStreams };

ReplayGraph::Length LengthOf(const ReplayGraphParams& params, const TraceNode& n) {
  if (n.host || !params.modelled || !n.sized) {
    return n.host ? ReplayGraph::Length{n.recorded, 0} : ReplayGraph::Length{0, n.recorded};
  }
  const Roofline& r = params.roofline;
  const double bandwidth = n.remote ? r.host_link : r.bandwidth;
  HR_CHECK(r.rate > 0 && bandwidth > 0, r.rate, bandwidth);
  return {CeilNs(r.launch + n.bytes / bandwidth),
          n.flops > 0 ? CeilNs(r.launch + n.flops / r.rate) : 0};
}

void SetLanes(const ReplayGraphParams& params, ReplayGraph* g) {
  for (std::uint32_t r = 0; r < g->rank_count(); ++r) {
    const RankTrace& t = g->traces[r];
    const bool alone = g->rank_count() == 1;
    for (std::uint32_t i = 0; i < t.nodes.size(); ++i) {
      const TraceNode& n = t.nodes[i];
      const std::uint32_t at = g->first[r] + i;
      NodeKind kind = n.host && n.kind != NodeKind::kMark ? NodeKind::kCompute : n.kind;
      if (alone && (kind == NodeKind::kSend || kind == NodeKind::kReceive))
        kind = NodeKind::kCompute;
      if (kind == NodeKind::kMemory) kind = NodeKind::kCompute;
      g->kind[at] = kind;
      g->rank[at] = r;
      switch (kind) {
        case NodeKind::kCompute: {
          const bool message = n.kind == NodeKind::kSend || n.kind == NodeKind::kReceive;
          g->lane[at] = g->lanes + (n.host ? kHost : message ? kOutgoing : kStreams + n.stream);
          g->length[at] = message ? ReplayGraph::Length{n.recorded, 0} : LengthOf(params, n);
          break;
        }
        case NodeKind::kSend:
          g->lane[at] = g->lanes + kOutgoing;
          break;
        default:
          break;
      }
    }
    g->lanes += kStreams + t.streams;
    g->lane_host.push_back(1);
    g->lane_host.resize(g->lanes, 0);
  }
}

void SetSuccessors(ReplayGraph* g) {
  const std::uint32_t count = g->node_count();
  g->next_begin.assign(count + 1, 0);
  g->waits.assign(count, 0);
  std::uint64_t edges = 0;
  for (std::uint32_t r = 0; r < g->rank_count(); ++r) {
    const RankTrace& t = g->traces[r];
    edges += t.deps.size();
    for (const std::uint32_t d : t.deps) ++g->next_begin[g->first[r] + (d & ~RankTrace::kControl)];
    for (std::uint32_t i = 0; i < t.nodes.size(); ++i)
      g->waits[g->first[r] + i] = t.dep_begin[i + 1] - t.dep_begin[i];
  }
  if (edges >= ReplayGraph::kNone)
    throw ConfigError("the traces have more than 4 billion dependencies");
  std::uint32_t sum = 0;
  for (std::uint32_t& n : g->next_begin) sum += n, n = sum;
  g->next.resize(edges);
  // Filled from the back, so that successors of a node end up in the order of the file.
  for (std::uint32_t r = 0; r < g->rank_count(); ++r) {
    const RankTrace& t = g->traces[r];
    for (auto i = static_cast<std::uint32_t>(t.nodes.size()); i-- > 0;)
      for (std::uint32_t d = t.dep_begin[i + 1]; d-- > t.dep_begin[i];)
        g->next[--g->next_begin[g->first[r] + (t.deps[d] & ~RankTrace::kControl)]] =
            g->first[r] + i;
  }
}

}  // namespace

std::int64_t CeilNs(double seconds) {
  HR_CHECK(seconds >= 0 && seconds < 1e9, seconds);
  // A figure that is whole but for rounding stays what it is.
  return static_cast<std::int64_t>(std::ceil(seconds * 1e9 - 1e-6));
}

void ThrowIfAny(std::vector<std::string>& messages) {
  if (messages.empty()) return;
  if (messages.size() > kMaxFindings) messages.resize(kMaxFindings);
  std::vector<Finding> findings;
  for (std::string& m : messages) findings.push_back({{}, "", std::move(m)});
  throw ConfigError(std::move(findings));
}

network::Group GroupOfRanks(const network::FabricParams& fabric,
                            const std::vector<std::uint32_t>& ranks) {
  HR_CHECK(!ranks.empty());
  const std::uint32_t domain = std::max<std::uint32_t>(1, fabric.scale_up.domain);
  network::Group g;
  g.ranks = static_cast<double>(ranks.size());
  double domains = 1;
  for (std::size_t i = 1; i < ranks.size(); ++i)
    domains += ranks[i] / domain != ranks[i - 1] / domain;
  g.domains = domains;
  g.per_domain = g.ranks / domains;
  g.stride = ranks.size() > 1 ? (ranks.back() - ranks.front()) / (g.ranks - 1) : 1;
  const network::ScaleOutParams& out = fabric.scale_out;
  const auto beyond = [&](std::uint32_t block) {
    return block > 0 && ranks.back() / block != ranks.front() / block;
  };
  g.beyond_leaf = domains > 1 && beyond(out.leaf_accelerators);
  g.beyond_pod = g.beyond_leaf && beyond(out.pod_accelerators);
  return g;
}

ReplayGraph::ReplayGraph(std::vector<RankTrace> ranks, const ReplayGraphParams& params)
    : traces(std::move(ranks)) {
  std::uint64_t count = 0;
  for (const RankTrace& t : traces) {
    HR_CHECK(t.dep_begin.size() == t.nodes.size() + 1, t.file);
    first.push_back(static_cast<std::uint32_t>(count));
    count += t.nodes.size();
    if (count >= RankTrace::kControl)
      throw ConfigError("the traces have more than 2 billion nodes");
  }
  if (count == 0)
    throw ConfigError(
        fmt::format("{}: no node in any trace", traces.empty() ? "" : traces[0].file));
  first.push_back(static_cast<std::uint32_t>(count));
  length.resize(count);
  kind.resize(count);
  rank.resize(count);
  lane.assign(count, kNone);
  partner.assign(count, kNone);
  SetLanes(params, this);
  MatchCollectives(params, this);
  MatchMessages(params, this);
  SetSuccessors(this);
  CheckProgress(this);
}

std::uint32_t ReplayGraph::RankOf(std::uint32_t node) const { return rank[node]; }

std::string ReplayGraph::Text(std::uint32_t node) const {
  return traces[rank[node]].Text(node - first[rank[node]]);
}

}  // namespace headroom::training
