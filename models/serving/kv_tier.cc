#include "models/serving/kv_tier.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/check.h"
#include "sim/core/diagnostics.h"

namespace headroom::serving {

EvictionPolicy EvictionFromName(std::string_view name) {
  if (name == "lru") return EvictionPolicy::kLru;
  if (name == "fifo") return EvictionPolicy::kFifo;
  if (name == "lfu") return EvictionPolicy::kLfu;
  throw ConfigError(fmt::format("eviction is '{}'; known are lru, fifo, lfu", name));
}

std::optional<double> KvTier::ReadyAt(std::uint64_t hash) const {
  const auto found = units_.find(hash);
  if (found == units_.end()) return std::nullopt;
  return found->second.ready;
}

void KvTier::Touch(std::uint64_t hash) {
  if (policy_ == EvictionPolicy::kFifo) return;
  const auto found = units_.find(hash);
  HR_CHECK(found != units_.end(), hash);
  Rank& rank = found->second.rank;
  order_.erase(rank);
  rank = {rank.uses + (policy_ == EvictionPolicy::kLfu), ++sequence_};
  order_.emplace(rank, hash);
}

std::optional<std::uint64_t> KvTier::Insert(std::uint64_t hash, double ready) {
  if (capacity_ == 0) return hash;
  std::optional<std::uint64_t> gone;
  if (units_.size() == capacity_) {
    gone = order_.begin()->second;
    Remove(*gone);
  }
  const Rank rank{0, ++sequence_};
  const bool fresh = units_.emplace(hash, Unit{rank, ready}).second;
  HR_CHECK(fresh, hash);
  order_.emplace(rank, hash);
  ++inserted_;
  peak_ = std::max<std::uint64_t>(peak_, units_.size());
  return gone;
}

void KvTier::Remove(std::uint64_t hash) {
  const auto found = units_.find(hash);
  HR_CHECK(found != units_.end(), hash);
  order_.erase(found->second.rank);
  units_.erase(found);
  ++removed_;
}

void KvTier::Clear() {
  removed_ += units_.size();
  units_.clear();
  order_.clear();
}

void KvTier::CheckBalance() const {
  HR_CHECK(inserted_ == removed_ + units_.size(), inserted_, removed_, units_.size());
  HR_CHECK(units_.size() == order_.size() && units_.size() <= capacity_, units_.size(),
           order_.size(), capacity_);
}

}  // namespace headroom::serving
