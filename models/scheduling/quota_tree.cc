#include "models/scheduling/quota_tree.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/core/check.h"

namespace headroom::scheduling {

QuotaTree::QuotaTree(std::vector<Node> nodes, std::vector<std::uint32_t> resource_of)
    : nodes_(std::move(nodes)), resource_of_(std::move(resource_of)) {
  const std::size_t pairs = resource_of_.size();
  subtree_.assign(nodes_.size(), std::vector<double>(pairs, 0.0));
  usage_ = subtree_;
  for (std::uint32_t n = static_cast<std::uint32_t>(nodes_.size()); n-- > 0;) {
    HR_CHECK(nodes_[n].parent == kRoot || nodes_[n].parent < n, n, nodes_[n].parent);
    for (std::size_t k = 0; k < pairs; ++k) {
      subtree_[n][k] += nodes_[n].quotas[k].nominal;
      if (nodes_[n].parent != kRoot) subtree_[nodes_[n].parent][k] += subtree_[n][k] - Local(n, k);
    }
  }
}

double QuotaTree::Local(std::uint32_t n, std::size_t k) const {
  const double limit = nodes_[n].quotas[k].lending_limit;
  return limit == kNoLimit ? 0.0 : std::max(0.0, subtree_[n][k] - limit);
}

double QuotaTree::Available(std::uint32_t n, std::size_t k) const {
  const double usage = usage_[n][k];
  if (nodes_[n].parent == kRoot) return subtree_[n][k] - usage;
  const double local = Local(n, k);
  const double borrow = subtree_[n][k] - local - std::max(0.0, usage - local) + nodes_[n].quotas[k].borrowing_limit;
  return std::max(0.0, local - usage) + std::min(Available(nodes_[n].parent, k), borrow);
}

double QuotaTree::Potential(std::uint32_t n, std::size_t k) const {
  if (nodes_[n].parent == kRoot) return subtree_[n][k];
  return std::min(Local(n, k) + Potential(nodes_[n].parent, k), subtree_[n][k] + nodes_[n].quotas[k].borrowing_limit);
}

void QuotaTree::AddUsage(std::uint32_t n, double amount, std::size_t k) {
  const double local = Local(n, k), before = usage_[n][k];
  usage_[n][k] += amount;
  // The part of the usage beyond the local quota is the parent's, too.
  const double spill = std::max(0.0, usage_[n][k] - local) - std::max(0.0, before - local);
  if (nodes_[n].parent != kRoot && spill != 0.0) AddUsage(nodes_[n].parent, spill, k);
}

double QuotaTree::DominantShare(std::uint32_t n, const std::vector<double>& extra) const {
  if (nodes_[n].parent == kRoot) return 0.0;
  const std::uint32_t resources = resource_of_.empty() ? 0 : 1 + *std::max_element(resource_of_.begin(), resource_of_.end());
  double most = 0.0;
  for (std::uint32_t r = 0; r < resources; ++r) {
    double borrowed = 0.0, lendable = 0.0;
    for (std::size_t k = 0; k < resource_of_.size(); ++k) {
      if (resource_of_[k] != r) continue;
      borrowed += std::max(0.0, usage_[n][k] + (extra.empty() ? 0.0 : extra[k]) - subtree_[n][k]);
      lendable += Potential(nodes_[n].parent, k);
    }
    if (borrowed > 0.0 && lendable > 0.0) most = std::max(most, borrowed * 1000.0 / lendable);
  }
  if (most == 0.0) return 0.0;
  return nodes_[n].weight == 0.0 ? kNoLimit : std::ceil(most / nodes_[n].weight - 1e-9);
}

}  // namespace headroom::scheduling
