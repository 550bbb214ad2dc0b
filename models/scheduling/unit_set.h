#pragma once

#include <cstdint>
#include <vector>

#include "models/scheduling/job.h"

namespace headroom::scheduling {

/// A set of units by their ids, as a bit per unit. Taking the lowest ids is the choice of Batsim's schedulers.
class UnitSet {
 public:
  UnitSet() = default;
  UnitSet(std::uint32_t size, bool full);
  std::uint32_t size() const { return size_; }
  std::uint32_t count() const { return count_; }
  bool Has(std::uint32_t id) const { return words_[id >> 6] >> (id & 63) & 1; }
  /// Keeps the ids that are in `other` too; both of equal size.
  void Intersect(const UnitSet& other);
  /// All of `runs` must be out, respectively in.
  void Add(const Allocation& runs);
  void Remove(const Allocation& runs);
  /// The `n` lowest ids; n <= count().
  Allocation Lowest(std::uint32_t n) const;
  friend bool operator==(const UnitSet&, const UnitSet&) = default;

 private:
  template <class F>
  void EachWord(const Allocation& runs, F f);
  std::vector<std::uint64_t> words_;
  std::uint32_t size_ = 0;
  std::uint32_t count_ = 0;
};

}  // namespace headroom::scheduling
