#include "models/scheduling/fair_tree.h"

#include <algorithm>
#include <limits>

namespace headroom::scheduling {
namespace {

class Ranking {
 public:
  Ranking(const std::vector<ShareNode>& nodes, bool merge_tied)
      : nodes_(nodes), merge_tied_(merge_tied), children_(nodes.size()), level_(nodes.size(), 0.0), factor_(nodes.size(), 0.0) {
    for (std::uint32_t i = 1; i < nodes.size(); ++i) {
      children_[nodes[i].parent].push_back(i);
      users_ += nodes[i].user;
    }
    for (std::uint32_t p = 0; p < nodes.size(); ++p) SetLevels(p);
    rank_ = users_;
    Walk(children_[0]);
  }
  std::vector<double> factor() && { return std::move(factor_); }

 private:
  void SetLevels(std::uint32_t parent) {
    double shares = 0.0, usage = 0.0;
    for (std::uint32_t c : children_[parent]) {
      shares += nodes_[c].shares;
      usage += nodes_[c].usage;
    }
    for (std::uint32_t c : children_[parent]) {
      const double s = shares > 0.0 ? nodes_[c].shares / shares : 0.0;
      const double u = usage > 0.0 ? nodes_[c].usage / usage : 0.0;
      level_[c] = s == 0.0 ? 0.0 : u == 0.0 ? std::numeric_limits<double>::infinity() : s / u;
    }
  }

  void Walk(std::vector<std::uint32_t> siblings) {
    std::stable_sort(siblings.begin(), siblings.end(), [&](std::uint32_t a, std::uint32_t b) {
      if (level_[a] != level_[b]) return level_[a] > level_[b];
      return nodes_[a].user && !nodes_[b].user;
    });
    double given = 0.0;
    for (std::size_t i = 0; i < siblings.size(); ++i) {
      const std::uint32_t node = siblings[i];
      if (nodes_[node].user) {
        const bool tied = i > 0 && nodes_[siblings[i - 1]].user && level_[siblings[i - 1]] == level_[node];
        if (!tied) given = static_cast<double>(rank_);
        factor_[node] = given / static_cast<double>(users_);
        --rank_;
        continue;
      }
      std::vector<std::uint32_t> below = children_[node];
      while (merge_tied_ && i + 1 < siblings.size() && level_[siblings[i + 1]] == level_[node]) {
        const auto& more = children_[siblings[++i]];
        below.insert(below.end(), more.begin(), more.end());
      }
      Walk(std::move(below));
    }
  }

  const std::vector<ShareNode>& nodes_;
  bool merge_tied_;
  std::vector<std::vector<std::uint32_t>> children_;
  std::vector<double> level_, factor_;
  std::int64_t users_ = 0, rank_ = 0;
};

}  // namespace

std::vector<double> FairTree(const std::vector<ShareNode>& nodes, bool merge_tied) {
  if (nodes.empty()) return {};
  return Ranking(nodes, merge_tied).factor();
}

}  // namespace headroom::scheduling
