#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <tuple>

#include "models/training/replay/graph_builder.h"
#include "sim/core/check.h"
#include "sim/core/diagnostics.h"

namespace headroom::training {
namespace {

constexpr std::uint32_t kNone = ReplayGraph::kNone;
constexpr std::size_t kMaxFindings = 10;

/// Finds or adds the groups that ranks name.
class Groups {
 public:
  Groups(const ReplayGraphParams& params, ReplayGraph* graph) : params_(params), graph_(*graph) {}

  /// Index of the group that `trace` calls `name`.
  std::uint32_t Find(std::uint32_t rank, const std::string& name) {
    const std::vector<std::uint32_t> members = Members(graph_.traces[rank], name);
    const auto [it, fresh] = known_.emplace(std::pair(name, members), graph_.groups.size());
    if (fresh) graph_.groups.push_back({name, members, {}});
    return static_cast<std::uint32_t>(it->second);
  }

 private:
  std::vector<std::uint32_t> Members(const RankTrace& trace, const std::string& name) const {
    const std::uint32_t all = graph_.rank_count();
    if (all == 1) return {0};
    const auto given = params_.groups.find(name.empty() ? "0" : name);
    if (given != params_.groups.end()) return Inside(trace, name, given->second);
    for (const NamedGroup& g : trace.defined)
      if (g.name == (name.empty() ? "0" : name) && !g.ranks.empty()) return Inside(trace, name, g.ranks);
    if (!name.empty() &&
        std::none_of(trace.defined.begin(), trace.defined.end(), [&](const NamedGroup& g) { return g.name == name; }))
      throw ConfigError(fmt::format("{}: group \"{}\" is in no file of groups and not defined in the trace", trace.file, name));
    std::vector<std::uint32_t> world(all);
    std::iota(world.begin(), world.end(), 0u);
    return world;
  }
  std::vector<std::uint32_t> Inside(const RankTrace& trace, const std::string& name,
                                    const std::vector<std::uint32_t>& ranks) const {
    for (const std::uint32_t r : ranks)
      if (r >= graph_.rank_count())
        throw ConfigError(fmt::format("{}: group \"{}\" has rank {}, and there are {} traces, from rank 0", trace.file,
                                      name, r, graph_.rank_count()));
    return ranks;
  }

  const ReplayGraphParams& params_;
  ReplayGraph& graph_;
  std::map<std::pair<std::string, std::vector<std::uint32_t>>, std::size_t> known_;
};

double CollectiveSeconds(const network::FabricParams& fabric, const network::Group& group, const TraceNode& n) {
  using network::Operation;
  const auto cost = [&](Operation op, double bytes) {
    return network::Cost(fabric, group, op, network::Algorithm::kAuto, bytes).seconds;
  };
  switch (n.operation) {
    case TraceOperation::kAllReduce: return cost(Operation::kAllReduce, n.bytes);
    case TraceOperation::kAllGather: return cost(Operation::kAllGather, n.bytes * group.ranks);
    case TraceOperation::kAllToAll: return cost(Operation::kAllToAll, n.bytes);
    case TraceOperation::kReduceScatter:
    case TraceOperation::kReduceScatterBlock: return cost(Operation::kReduceScatter, n.bytes);
    case TraceOperation::kReduce:
    case TraceOperation::kGather:
    case TraceOperation::kScatter:
    case TraceOperation::kBroadcast: return cost(Operation::kBroadcast, n.bytes);
    case TraceOperation::kBarrier: return cost(Operation::kAllReduce, 4);
  }
  return 0;
}

/// Costs worked out once per group, operation and size.
class CollectiveCosts {
 public:
  CollectiveCosts(const network::FabricParams& fabric, const ReplayGraph& graph) : fabric_(fabric), graph_(graph) {}
  std::int64_t Of(std::uint32_t group, const TraceNode& n) {
    while (shapes_.size() <= group) shapes_.push_back(GroupOfRanks(fabric_, graph_.groups[shapes_.size()].ranks));
    const network::Group& s = shapes_[group];
    const Key key{s.ranks, s.domains, s.beyond_leaf, s.beyond_pod, n.operation, n.bytes};
    const auto [it, fresh] = known_.emplace(key, 0);
    if (fresh) it->second = CeilNs(CollectiveSeconds(fabric_, s, n));
    return it->second;
  }

 private:
  using Key = std::tuple<double, double, bool, bool, TraceOperation, double>;
  const network::FabricParams& fabric_;
  const ReplayGraph& graph_;
  std::vector<network::Group> shapes_;
  std::map<Key, std::int64_t> known_;
};

std::string Describe(const TraceNode& n) { return fmt::format("{} of {} B", Name(n.operation), n.bytes); }

void ThrowIfAny(std::vector<std::string>& messages) {
  if (messages.empty()) return;
  if (messages.size() > kMaxFindings) messages.resize(kMaxFindings);
  std::vector<Finding> findings;
  for (std::string& m : messages) findings.push_back({{}, "", std::move(m)});
  throw ConfigError(std::move(findings));
}

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
  return send ? fmt::format("{} sends {} B to rank {} with tag {}, which rank {} never receives", g.Text(p.node), p.bytes,
                            p.destination, p.tag, p.destination)
              : fmt::format("{} waits for {} B from rank {} with tag {}, which rank {} never sends", g.Text(p.node), p.bytes,
                            p.source, p.tag, p.source);
}

}  // namespace

void MatchCollectives(const ReplayGraphParams& params, ReplayGraph* graph) {
  ReplayGraph& g = *graph;
  Groups groups(params, graph);
  CollectiveCosts costs(params.fabric, g);
  std::vector<std::uint32_t> counts;               ///< of this rank, by group
  std::vector<std::uint32_t> first_node;           ///< by instance
  std::vector<std::string> wrong;
  std::vector<std::uint32_t> instance_members;     ///< by instance
  for (std::uint32_t r = 0; r < g.rank_count() && wrong.size() < kMaxFindings; ++r) {
    const RankTrace& t = g.traces[r];
    std::vector<std::uint32_t> local(t.groups.size(), kNone);
    counts.assign(counts.size(), 0);
    for (std::uint32_t i = 0; i < t.nodes.size(); ++i) {
      const std::uint32_t at = g.first[r] + i;
      if (g.kind[at] != NodeKind::kCollective) continue;
      const TraceNode& n = t.nodes[i];
      const bool alone = g.rank_count() == 1;
      if (!n.sized && !alone) throw ConfigError(fmt::format("{} has no comm_type or no comm_size", g.Text(at)));
      if (local[n.group] == kNone) {
        local[n.group] = groups.Find(r, t.groups[n.group]);
        counts.resize(std::max<std::size_t>(counts.size(), g.groups.size()), 0);
        const auto& members = g.groups[local[n.group]].ranks;
        if (!std::binary_search(members.begin(), members.end(), r))
          throw ConfigError(fmt::format("{} is a collective of group \"{}\", which does not have rank {}", g.Text(at),
                                        t.groups[n.group], r));
      }
      ReplayGraph::Group& group = g.groups[local[n.group]];
      const std::uint32_t k = counts[local[n.group]]++;
      if (r == group.ranks.front()) {
        group.instances.push_back(static_cast<std::uint32_t>(g.instances.size()));
        g.instances.push_back({local[n.group], alone ? n.recorded : costs.Of(local[n.group], n)});
        first_node.push_back(at);
        instance_members.push_back(static_cast<std::uint32_t>(group.ranks.size()));
      }
      if (k >= group.instances.size()) {
        wrong.push_back(fmt::format("{} is collective {} of group \"{}\", and rank {} has only {}", g.Text(at), k + 1,
                                    group.name, group.ranks.front(), group.instances.size()));
        break;
      }
      const std::uint32_t instance = group.instances[k];
      const std::uint32_t other = first_node[instance];
      const TraceNode& o = g.traces[g.rank[other]].nodes[other - g.first[g.rank[other]]];
      if (o.operation != n.operation || o.bytes != n.bytes) {
        wrong.push_back(fmt::format("{} is {}, collective {} of group \"{}\", which is {} in {}", g.Text(at), Describe(n),
                                    k + 1, group.name, Describe(o), g.Text(other)));
        break;
      }
      g.partner[at] = instance;
    }
    for (std::uint32_t i = 0; wrong.empty() && i < g.groups.size(); ++i) {
      const ReplayGraph::Group& group = g.groups[i];
      if (!std::binary_search(group.ranks.begin(), group.ranks.end(), r) || counts[i] == group.instances.size()) continue;
      wrong.push_back(fmt::format("{} has no partner in {}: it is collective {} of group \"{}\", and rank {} has only {}",
                                  g.Text(first_node[group.instances[counts[i]]]), t.file, counts[i] + 1, group.name, r,
                                  counts[i]));
    }
  }
  ThrowIfAny(wrong);
  g.member_begin.assign(1, 0);
  for (const std::uint32_t n : instance_members) g.member_begin.push_back(g.member_begin.back() + n);
  g.members.resize(g.member_begin.back());
  std::vector<std::uint32_t> fill(g.member_begin.begin(), g.member_begin.end() - 1);
  for (std::uint32_t at = 0; at < g.node_count(); ++at)
    if (g.kind[at] == NodeKind::kCollective) g.members[fill[g.partner[at]]++] = at;
  for (std::size_t i = 0; i < fill.size(); ++i) HR_CHECK(fill[i] == g.member_begin[i + 1], i);
}

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
        throw ConfigError(fmt::format("{} {} rank {}, and there are {} traces, from rank 0", g.Text(at),
                                      send ? "sends to" : "receives from", n.peer, g.rank_count()));
      if (!n.sized) throw ConfigError(fmt::format("{} has no comm_size", g.Text(at)));
      (send ? sends : receives).push_back({send ? r : n.peer, send ? n.peer : r, n.tag, n.bytes, at});
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
