#pragma once

#include <cstdint>
#include <limits>
#include <vector>

namespace headroom::scheduling {

inline constexpr double kNoLimit = std::numeric_limits<double>::infinity();

/// Kueue's tree of cluster queues (leaves) and cohorts for a number of (flavor, resource) pairs.
///
///     subtree(n)    = nominal(n) + sum over children (subtree(c) - local(c))
///     local(n)      = max(0, subtree(n) - lending limit), 0 without a limit
///     available(n)  = max(0, local - usage) + min(available(parent), (subtree - local) - max(0, usage - local) + borrowing limit)
///     available(root) = subtree - usage
///     potential(n)  = min(local + potential(parent), subtree + borrowing limit),  potential(root) = subtree
///
/// Usage that a node's local quota does not hold is counted at its parent too. Source: Kueue ff69552.
class QuotaTree {
 public:
  static constexpr std::uint32_t kRoot = 0xffffffffu;
  struct Quota {
    double nominal = 0.0;
    double borrowing_limit = kNoLimit;
    double lending_limit = kNoLimit;
  };
  struct Node {
    std::uint32_t parent = kRoot;  ///< a parent stands before its children
    std::vector<Quota> quotas;     ///< one per pair
    double weight = 1.0;           ///< of fair sharing
  };

  /// `resource_of[k]` says which resource pair k is a flavor of.
  QuotaTree(std::vector<Node> nodes, std::vector<std::uint32_t> resource_of);
  std::size_t size() const { return nodes_.size(); }
  const Node& node(std::uint32_t n) const { return nodes_[n]; }
  /// May be negative; reported values are clamped at 0.
  double Available(std::uint32_t node, std::size_t pair = 0) const;
  double Potential(std::uint32_t node, std::size_t pair = 0) const;
  double Usage(std::uint32_t node, std::size_t pair = 0) const { return usage_[node][pair]; }
  double Subtree(std::uint32_t node, std::size_t pair = 0) const { return subtree_[node][pair]; }
  /// Adds `amount` (negative: takes out what was added) at a leaf.
  void AddUsage(std::uint32_t node, double amount, std::size_t pair = 0);
  bool Borrowing(std::uint32_t node, std::size_t pair = 0) const { return usage_[node][pair] > subtree_[node][pair]; }
  /// The dominant resource share times 1000 over the weight, rounded up; `extra[k]` is added to the usage. 0 for a root,
  /// infinite for weight 0 while it borrows.
  double DominantShare(std::uint32_t node, const std::vector<double>& extra = {}) const;

 private:
  double Local(std::uint32_t node, std::size_t pair) const;
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> resource_of_;
  std::vector<std::vector<double>> subtree_, usage_;
};

}  // namespace headroom::scheduling
