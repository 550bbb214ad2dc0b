#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "models/training/replay/collective_costs.h"
#include "models/training/replay/graph_builder.h"
#include "sim/core/check.h"
#include "sim/core/diagnostics.h"

namespace headroom::training {
namespace {

constexpr std::uint32_t kNone = ReplayGraph::kNone;

std::string GroupText(const std::string& name) {
  return name.empty() ? "the group of all ranks" : fmt::format("group \"{}\"", name);
}

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
      if (g.name == (name.empty() ? "0" : name) && !g.ranks.empty())
        return Inside(trace, name, g.ranks);
    if (!name.empty() && std::none_of(trace.defined.begin(), trace.defined.end(),
                                      [&](const NamedGroup& g) { return g.name == name; }))
      throw ConfigError(fmt::format("{}: {} is in no file of groups and not defined in the trace",
                                    trace.file, GroupText(name)));
    std::vector<std::uint32_t> world(all);
    std::iota(world.begin(), world.end(), 0u);
    return world;
  }
  std::vector<std::uint32_t> Inside(const RankTrace& trace, const std::string& name,
                                    const std::vector<std::uint32_t>& ranks) const {
    for (const std::uint32_t r : ranks)
      if (r >= graph_.rank_count())
        throw ConfigError(fmt::format("{}: {} has rank {}, and there are {} traces, from rank 0",
                                      trace.file, GroupText(name), r, graph_.rank_count()));
    return ranks;
  }

  const ReplayGraphParams& params_;
  ReplayGraph& graph_;
  std::map<std::pair<std::string, std::vector<std::uint32_t>>, std::size_t> known_;
};

std::string Describe(const TraceNode& n) {
  return fmt::format("{} of {} B", Name(n.operation), n.bytes);
}

/// Who of the group does not have the collective of `node`.
std::string MissingMember(const ReplayGraph& g, std::uint32_t instance, std::uint32_t node) {
  const ReplayGraph::Group& group = g.groups[g.instances[instance].group];
  for (const std::uint32_t r : group.ranks) {
    std::size_t count = 0;
    bool there = false;
    for (std::uint32_t at = g.first[r]; at < g.first[r + 1]; ++at) {
      if (g.kind[at] != NodeKind::kCollective ||
          g.instances[g.partner[at]].group != g.instances[instance].group)
        continue;
      ++count;
      there |= g.partner[at] == instance;
    }
    if (there) continue;
    return fmt::format(
        "{} has no partner in {}: it is collective {} of {}, and rank {} has only {}", g.Text(node),
        g.traces[r].file, count + 1, GroupText(group.name), r, count);
  }
  return fmt::format("{} has no partner", g.Text(node));
}

}  // namespace

void MatchCollectives(const ReplayGraphParams& params, ReplayGraph* graph) {
  ReplayGraph& g = *graph;
  Groups groups(params, graph);
  CollectiveCosts costs(params.fabric, g);
  std::vector<std::uint32_t> first_node,
      left;  ///< by instance: a node of it, members that have not come
  std::vector<std::string> wrong;
  g.member_begin.assign(1, 0);
  for (std::uint32_t r = 0; r < g.rank_count() && wrong.size() < kMaxFindings; ++r) {
    const RankTrace& t = g.traces[r];
    std::vector<std::uint32_t> local(t.groups.size(), kNone);
    std::vector<std::uint32_t> counts(t.groups.size(), 0);
    for (std::uint32_t i = 0; i < t.nodes.size(); ++i) {
      const std::uint32_t at = g.first[r] + i;
      if (g.kind[at] != NodeKind::kCollective) continue;
      const TraceNode& n = t.nodes[i];
      const bool alone = g.rank_count() == 1;
      if (!n.sized && !alone)
        throw ConfigError(fmt::format("{} has no comm_type or no comm_size", g.Text(at)));
      if (local[n.group] == kNone) {
        local[n.group] = groups.Find(r, t.groups[n.group]);
        const auto& members = g.groups[local[n.group]].ranks;
        if (!std::binary_search(members.begin(), members.end(), r))
          throw ConfigError(fmt::format("{} is a collective of {}, which does not have rank {}",
                                        g.Text(at), GroupText(t.groups[n.group]), r));
      }
      ReplayGraph::Group& group = g.groups[local[n.group]];
      const std::uint32_t k = counts[n.group]++;
      if (r == group.ranks.front()) {
        group.instances.push_back(static_cast<std::uint32_t>(g.instances.size()));
        g.instances.push_back({local[n.group], alone ? n.recorded : costs.Of(local[n.group], n)});
        first_node.push_back(at);
        left.push_back(static_cast<std::uint32_t>(group.ranks.size()));
        g.member_begin.push_back(g.member_begin.back() + left.back());
      }
      if (k >= group.instances.size()) {
        wrong.push_back(fmt::format("{} is collective {} of {}, and rank {} has only {}",
                                    g.Text(at), k + 1, GroupText(group.name), group.ranks.front(),
                                    group.instances.size()));
        break;
      }
      const std::uint32_t instance = group.instances[k];
      const std::uint32_t other = first_node[instance];
      const TraceNode& o = g.traces[g.rank[other]].nodes[other - g.first[g.rank[other]]];
      if (o.operation != n.operation || o.bytes != n.bytes) {
        wrong.push_back(fmt::format("{} is {}, collective {} of {}, which is {} in {}", g.Text(at),
                                    Describe(n), k + 1, GroupText(group.name), Describe(o),
                                    g.Text(other)));
        break;
      }
      g.partner[at] = instance;
      --left[instance];
    }
  }
  for (std::uint32_t i = 0; wrong.empty() && i < left.size(); ++i)
    if (left[i] > 0) wrong.push_back(MissingMember(g, i, first_node[i]));
  ThrowIfAny(wrong);
  g.members.resize(g.member_begin.back());
  std::vector<std::uint32_t> fill(g.member_begin.begin(), g.member_begin.end() - 1);
  for (std::uint32_t at = 0; at < g.node_count(); ++at)
    if (g.kind[at] == NodeKind::kCollective) g.members[fill[g.partner[at]]++] = at;
  for (std::size_t i = 0; i < fill.size(); ++i) HR_CHECK(fill[i] == g.member_begin[i + 1], i);
}

}  // namespace headroom::training
