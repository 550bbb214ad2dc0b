#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace headroom::training {

/// Copies of the state on the nodes of the job themselves.
struct CheckpointTier {
  std::string name;
  double every = 0;          ///< s from the start of one to the start of the next
  double write = 0;          ///< s in which all nodes write theirs
  double load = 0;           ///< s in which all nodes read theirs back
  std::uint32_t copies = 1;  ///< of each node's state: its own and those in other nodes of its group (Gemini, SOSP 2023)
  double send = 0;           ///< s in which all nodes send theirs to their groups, beside training
  double fetch = 0;          ///< s in which a new node reads its state from another
  bool comes_back = false;   ///< an outage after which the very node returns leaves it (drives)
};

/// The state after `steps` steps, as it was at `taken` [s].
struct Saved {
  std::uint64_t steps = 0;
  double taken = 0;
};

/// Which copies of a job's state there are, and which a fault leaves.
///
/// A tier holds its newest copy. Own copies serve where no node was lost since they were written. With copies = m, nodes
/// g m .. g m + m - 1 form group g (the last group takes the rest) and hold each other's state: what was sent serves until a
/// group has lost m nodes since. The store keeps the last `keep` and loses none.
class CheckpointStock {
 public:
  CheckpointStock(std::vector<CheckpointTier> tiers, std::uint32_t nodes, std::uint64_t keep)
      : tiers_(std::move(tiers)), held_(tiers_.size()), nodes_(nodes), keep_(keep) {}

  /// Every node has its own copy in tier `t`.
  void Written(std::size_t t, const Saved& saved) { held_[t].own = {saved, {}, true}; }
  /// The groups of tier `t` have what was written at `saved`.
  void Sent(std::size_t t, const Saved& saved) { held_[t].sent = {saved, {}, true}; }
  void Stored(const Saved& saved);
  /// A node goes; it `returns` itself, or another comes.
  void Lose(std::uint32_t node, bool returns);
  /// Copies taken after `since` are of no use.
  void Discard(double since);

  /// All nodes go: only the store is left.
  void LeaveNodes() { held_.assign(tiers_.size(), {}); }

  static constexpr std::size_t kStore = std::numeric_limits<std::size_t>::max();
  struct Source {
    Saved saved;
    std::size_t tier = kStore;
    double seconds = 0;  ///< of reading it, from a tier
  };
  /// The newest copy that is left, the nearest of several; nothing: the job starts anew.
  std::optional<Source> Newest() const;
  const std::vector<CheckpointTier>& tiers() const { return tiers_; }

 private:
  struct Copy {
    Saved saved;
    std::set<std::uint32_t> lost;  ///< nodes, since it was complete
    bool there = false;
  };
  struct Tier {
    Copy own, sent;
  };
  bool GroupsLeft(const CheckpointTier& tier, const Copy& copy) const;

  std::vector<CheckpointTier> tiers_;
  std::vector<Tier> held_;
  std::deque<Saved> stored_;
  std::uint32_t nodes_;
  std::uint64_t keep_;
};

}  // namespace headroom::training
