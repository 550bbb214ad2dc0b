#include "models/scheduling/topology_fit.h"

#include <algorithm>

namespace headroom::scheduling {
namespace {

using Domain = TopologyTree::Domain;

struct Share {
  std::uint32_t domain;
  std::int64_t pods;
};

class Fitter {
 public:
  Fitter(const TopologyTree& tree, bool least_free) : tree_(tree), least_free_(least_free) {}

  /// `candidates` of `level` take `pods` together, as few domains as may be.
  std::vector<Share> Fill(std::size_t level, std::vector<std::uint32_t> candidates, std::int64_t pods) const {
    const std::vector<Domain>& domains = tree_.levels[level];
    std::stable_sort(candidates.begin(), candidates.end(), [&](std::uint32_t a, std::uint32_t b) {
      if (domains[a].room != domains[b].room)
        return least_free_ ? domains[a].room < domains[b].room : domains[a].room > domains[b].room;
      return domains[a].name < domains[b].name;
    });
    std::vector<Share> out;
    std::vector<bool> used(candidates.size(), false);
    for (std::size_t i = 0; i < candidates.size() && pods > 0; ++i) {
      if (used[i] || domains[candidates[i]].room == 0) continue;
      std::size_t pick = i;
      if (domains[candidates[i]].room >= pods) {
        // The smallest that holds the rest; the first of its size.
        for (std::size_t j = i; j < candidates.size(); ++j)
          if (!used[j] && domains[candidates[j]].room >= pods &&
              domains[candidates[j]].room < domains[candidates[pick]].room)
            pick = j;
      }
      used[pick] = true;
      const std::int64_t n = std::min(pods, domains[candidates[pick]].room);
      out.push_back({candidates[pick], n});
      pods -= n;
    }
    return out;
  }

  TopologyFit Down(std::size_t level, std::vector<Share> shares, std::int64_t pods) const {
    for (; level + 1 < tree_.levels.size(); ++level) {
      std::vector<std::uint32_t> children;
      for (const Share& s : shares)
        for (std::uint32_t c : tree_.levels[level][s.domain].children) children.push_back(c);
      shares = Fill(level + 1, std::move(children), pods);
    }
    TopologyFit out;
    for (const Share& s : shares) out.shares.push_back({s.domain, s.pods});
    const std::vector<Domain>& leaves = tree_.levels.back();
    std::sort(out.shares.begin(), out.shares.end(), [&](const TopologyShare& a, const TopologyShare& b) {
      return leaves[a.leaf].name != leaves[b.leaf].name ? leaves[a.leaf].name < leaves[b.leaf].name : a.leaf < b.leaf;
    });
    return out;
  }

 private:
  const TopologyTree& tree_;
  bool least_free_;
};

std::vector<std::uint32_t> All(const std::vector<Domain>& level) {
  std::vector<std::uint32_t> out(level.size());
  for (std::uint32_t i = 0; i < out.size(); ++i) out[i] = i;
  return out;
}

}  // namespace

void TopologyTree::Sum() {
  for (std::size_t level = levels.size() - 1; level-- > 0;)
    for (Domain& d : levels[level]) {
      d.room = 0;
      for (std::uint32_t c : d.children) d.room += levels[level + 1][c].room;
    }
}

TopologyFit FitTopology(const TopologyTree& tree, TopologyMode mode, std::size_t level, std::int64_t pods) {
  const Fitter fitter(tree, mode == TopologyMode::kUnconstrained);
  if (mode == TopologyMode::kUnconstrained) level = tree.levels.size() - 1;
  auto best = [&](std::size_t at) {
    std::int64_t room = 0;
    for (const Domain& d : tree.levels[at]) room = std::max(room, d.room);
    return room;
  };
  if (mode == TopologyMode::kRequired && best(level) < pods) return {{}, best(level)};
  if (mode == TopologyMode::kPreferred)
    while (level > 0 && best(level) < pods) --level;
  std::int64_t total = 0;
  for (const Domain& d : tree.levels[level]) total += d.room;
  if (total < pods) return {{}, total};
  return fitter.Down(level, fitter.Fill(level, All(tree.levels[level]), pods), pods);
}

TopologyFit FitWithin(const TopologyTree& tree, std::size_t level, std::uint32_t domain, std::int64_t pods) {
  return Fitter(tree, false).Down(level, {{domain, pods}}, pods);
}

}  // namespace headroom::scheduling
