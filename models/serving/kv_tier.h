#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "models/serving/eviction_policy.h"

namespace headroom::serving {

/// A memory below HBM that holds whole prefix units by the chained hash of their tokens; each at
/// most once. Where it is, how fast and whose: KvTierStack.
class KvTier {
 public:
  KvTier(std::string name, std::uint64_t capacity, EvictionPolicy policy)
      : name_(std::move(name)), capacity_(capacity), policy_(policy) {}

  /// From when on the unit can be read [s]; nothing if it is not here.
  std::optional<double> ReadyAt(std::uint64_t hash) const;
  bool Has(std::uint64_t hash) const { return units_.contains(hash); }
  /// Counts a use.
  void Touch(std::uint64_t hash);
  /// Puts in a unit that is not here, readable from `ready` on; the unit that had to go for it, if
  /// any. Nothing is kept where capacity is 0: the unit itself goes.
  std::optional<std::uint64_t> Insert(std::uint64_t hash, double ready);
  void Remove(std::uint64_t hash);
  void Clear();

  const std::string& name() const { return name_; }
  std::uint64_t capacity() const { return capacity_; }  ///< units
  std::uint64_t size() const { return units_.size(); }
  std::uint64_t peak() const { return peak_; }
  std::uint64_t inserted() const { return inserted_; }
  std::uint64_t removed() const { return removed_; }
  /// @throws InternalError unless inserted = removed + here, and here is within the capacity.
  void CheckBalance() const;

 private:
  struct Rank {
    std::uint64_t uses, sequence;
    auto operator<=>(const Rank&) const = default;
  };
  struct Unit {
    Rank rank;
    double ready;
  };
  std::string name_;
  std::uint64_t capacity_;
  EvictionPolicy policy_;
  std::uint64_t sequence_ = 0, inserted_ = 0, removed_ = 0, peak_ = 0;
  std::unordered_map<std::uint64_t, Unit> units_;  ///< looked up only, never iterated
  std::map<Rank, std::uint64_t> order_;            ///< the first is the next to go
};

}  // namespace headroom::serving
