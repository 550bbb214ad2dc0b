#pragma once

#include <compare>
#include <cstdint>

namespace headroom {

/// An index that cannot be mixed with another kind's: `struct RackTag; using RackId = Id<RackTag>;`.
/// Default constructed it is invalid. Ids index vectors: `racks[id.index()]`.
template <class Tag>
class Id {
 public:
  constexpr Id() = default;
  constexpr explicit Id(std::uint32_t index) : index_(index) {}
  constexpr std::uint32_t index() const { return index_; }
  constexpr bool valid() const { return index_ != kInvalid; }
  friend constexpr auto operator<=>(Id a, Id b) = default;

 private:
  static constexpr std::uint32_t kInvalid = 0xffffffffu;
  std::uint32_t index_ = kInvalid;
};

}  // namespace headroom
