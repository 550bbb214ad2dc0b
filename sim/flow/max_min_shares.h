#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace headroom {

/// Weighted max-min fair rates of flow classes over links, by progressive filling.
///
/// A class is all flows of one route; its weight is the sum of theirs, and its rate is per unit of
/// weight:
///
///     repeat: the open link with the least share = free bandwidth / weight of its open classes is
///     the bottleneck;
///             its open classes get that share as their rate, and leave what they take to no one
///
/// Shares only rise as other links fill, so a heap of links with shares brought up to date when
/// they reach its top is enough: O(hops of all classes + links log links) per solve. Only the
/// connected component of a change is solved. Source: Bertsekas and Gallager, Data Networks, 2nd
/// ed., section 6.5.2.
class MaxMinShares {
 public:
  void AddLink(double bandwidth);
  /// A class of weight 0 that crosses `links`, which are distinct.
  void AddClass(const std::vector<std::uint32_t>& links);
  void SetBandwidth(std::uint32_t link, double bandwidth) { links_[link].bandwidth = bandwidth; }
  void SetWeight(std::uint32_t c, double weight);

  std::size_t links() const { return links_.size(); }
  std::size_t classes() const { return classes_.size(); }
  double weight(std::uint32_t c) const { return classes_[c].weight; }
  /// B/s per unit of weight, as of the last Solve() of its component.
  double rate(std::uint32_t c) const { return classes_[c].rate; }
  /// Bandwidth in use on a link.
  double Load(std::uint32_t link) const;

  /// Starts a pass over components: forgets which were gathered.
  void StartPass();
  /// Collects the classes of positive weight that are connected with `link`; empty if they were
  /// gathered in this pass.
  const std::vector<std::uint32_t>& Gather(std::uint32_t link);
  const std::vector<std::uint32_t>& LinksOf(std::uint32_t c, std::vector<std::uint32_t>* out) const;
  /// Sets the rates of the component that was gathered last.
  void Solve();

 private:
  struct Member {
    std::uint32_t c;
    std::uint32_t hop;  ///< index into hops_
  };
  struct alignas(64) Link {
    double bandwidth = 0.0;
    double free = 0.0;       ///< not taken by classes whose rate is set
    double weight = 0.0;     ///< of classes whose rate is not set
    std::uint32_t open = 0;  ///< classes whose rate is not set
    std::uint32_t pass = 0;
    std::vector<Member> members;
  };
  struct alignas(32) Class {
    double weight = 0.0;
    double rate = 0.0;
    std::uint32_t pass = 0;
    std::uint32_t first = 0;  ///< of its hops
    std::uint16_t size = 0;
    bool open = false;
  };
  struct Hop {
    std::uint32_t link;
    std::uint32_t place;  ///< in the link's members
  };
  using Share = std::pair<double, std::uint32_t>;

  void Fill(std::uint32_t bottleneck);
  void Prefetch(const std::vector<Member>& members, std::size_t at) const;

  std::vector<Link> links_;
  std::vector<Class> classes_;
  std::vector<Hop> hops_;
  std::uint32_t pass_ = 0;
  std::vector<std::uint32_t> component_links_;
  std::vector<std::uint32_t> component_classes_;
  std::vector<Share> shares_;
};

}  // namespace headroom
