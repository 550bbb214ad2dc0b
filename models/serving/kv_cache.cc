#include "models/serving/kv_cache.h"

#include "sim/core/check.h"

namespace headroom::serving {

KvCache::KvCache(std::uint32_t blocks, std::uint32_t unit_blocks, ReleaseOrder order, KvEviction eviction)
    : blocks_(blocks), unit_blocks_(unit_blocks), free_(blocks), order_(order), eviction_(eviction), units_(1) {
  HR_CHECK(unit_blocks > 0, unit_blocks);
  HR_CHECK(!eviction.leaves || order == ReleaseOrder::kTailFirst, blocks);
}

std::uint64_t UnitNames::Own(std::uint32_t i) const {
  // SplitMix64 of owner and place; the top bit keeps away from the small numbers of traces.
  std::uint64_t z = (owner << 24) + i + 0x9e3779b97f4a7c15ull;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return (z ^ (z >> 31)) | 1ull << 63;
}

std::uint32_t KvCache::Match(const UnitNames& names) const {
  std::uint32_t n = 0;
  while (n < names.count && cached_.contains(names[n])) ++n;
  return n;
}

std::uint32_t KvCache::PinCost(const UnitNames& names, std::uint32_t units) const {
  std::uint32_t cost = 0;
  for (std::uint32_t i = 0; i < units; ++i)
    if (units_[cached_.at(names[i])].pins == 0) cost += unit_blocks_;
  return cost;
}

std::uint32_t KvCache::Pin(KvLease& lease, const UnitNames& names) {
  HR_CHECK(lease.shared.empty(), lease.shared.size());
  for (std::uint32_t i = 0; i < names.count; ++i) {
    const auto found = cached_.find(names[i]);
    if (found == cached_.end()) break;
    PinUnit(found->second);
    lease.shared.push_back(found->second);
  }
  return static_cast<std::uint32_t>(lease.shared.size());
}

bool KvCache::Take(std::uint32_t blocks) {
  if (available() < blocks) return false;
  while (free_ < blocks) Evict();
  free_ -= blocks;
  held_ += blocks;
  return true;
}

bool KvCache::Grow(KvLease& lease, std::uint32_t blocks) {
  if (!Take(blocks)) return false;
  lease.private_blocks += blocks;
  return true;
}

void KvCache::Publish(KvLease& lease, const UnitNames& names) {
  for (auto i = static_cast<std::uint32_t>(lease.shared.size()); i < names.count; ++i) {
    HR_CHECK(lease.private_blocks >= unit_blocks_, lease.private_blocks);
    lease.private_blocks -= unit_blocks_;
    held_ -= unit_blocks_;
    const auto [entry, fresh] = cached_.try_emplace(names[i], 0);
    if (fresh) {
      std::uint32_t unit;
      if (vacant_.empty()) {
        unit = static_cast<std::uint32_t>(units_.size());
        units_.emplace_back();
      } else {
        unit = vacant_.back();
        vacant_.pop_back();
      }
      const bool behind = eviction_.leaves && !lease.shared.empty();
      units_[unit] = {entry->first, 1, 0, 0, behind ? lease.shared.back() : 0, 0, 0, ++sequence_};
      if (behind) ++units_[lease.shared.back()].behind;
      entry->second = unit;
      ++pinned_;
      if (backing_ != nullptr) backing_->Complete(names[i]);
    } else {
      free_ += unit_blocks_;
      PinUnit(entry->second);
    }
    lease.shared.push_back(entry->second);
  }
}

void KvCache::Release(KvLease& lease) {
  if (order_ == ReleaseOrder::kTailFirst)
    for (std::size_t i = lease.shared.size(); i-- > 0;) Unpin(lease.shared[i]);
  else
    for (std::uint32_t unit : lease.shared) Unpin(unit);
  lease.shared.clear();
  held_ -= lease.private_blocks;
  free_ += lease.private_blocks;
  lease.private_blocks = 0;
}

void KvCache::Clear() {
  while (evictable_ > 0) Evict();
}

void KvCache::CheckBalance() const {
  HR_CHECK(free_ + held_ + unit_blocks_ * (pinned_ + evictable_) == blocks_, free_, held_, pinned_,
           evictable_, blocks_);
  HR_CHECK(cached_.size() == pinned_ + evictable_, cached_.size(), pinned_, evictable_);
}

void KvCache::Evict() {
  HR_CHECK(listed() || !next_.empty(), evictable_);
  const std::uint32_t gone = listed() ? units_[0].after : next_.begin()->second;
  HR_CHECK(gone != 0 && units_[gone].behind == 0, evictable_, gone);
  MustStay(gone);
  --evictable_;
  free_ += unit_blocks_;
  cached_.erase(units_[gone].hash);
  vacant_.push_back(gone);
  const std::uint32_t parent = units_[gone].parent;
  if (parent == 0) return;
  --units_[parent].behind;
  if (units_[parent].pins == 0 && !listed()) MayGo(parent);
}

/// An evictable unit joins those that may go, unless others are behind it.
void KvCache::MayGo(std::uint32_t unit) {
  if (listed())
    LinkLast(unit);
  else if (units_[unit].behind == 0)
    next_.emplace(RankOf(units_[unit]), unit);
}

void KvCache::MustStay(std::uint32_t unit) {
  if (listed())
    Unlink(unit);
  else
    next_.erase(RankOf(units_[unit]));
}

void KvCache::Unlink(std::uint32_t unit) {
  units_[units_[unit].before].after = units_[unit].after;
  units_[units_[unit].after].before = units_[unit].before;
}

void KvCache::LinkLast(std::uint32_t unit) {
  units_[unit].before = units_[0].before;
  units_[unit].after = 0;
  units_[units_[0].before].after = unit;
  units_[0].before = unit;
}

void KvCache::PinUnit(std::uint32_t unit) {
  if (units_[unit].pins++ == 0) MustStay(unit);
  ++units_[unit].uses;
  if (units_[unit].pins > 1) return;
  --evictable_;
  ++pinned_;
}

void KvCache::Unpin(std::uint32_t unit) {
  if (--units_[unit].pins > 0) return;
  if (eviction_.policy != EvictionPolicy::kFifo) units_[unit].sequence = ++sequence_;
  MayGo(unit);
  --pinned_;
  ++evictable_;
}

}  // namespace headroom::serving
