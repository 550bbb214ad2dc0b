#include "models/training/checkpoint_stock.h"

#include <algorithm>
#include <map>

namespace headroom::training {

void CheckpointStock::Stored(const Saved& saved) {
  stored_.push_back(saved);
  if (stored_.size() > keep_) stored_.pop_front();
}

void CheckpointStock::Lose(std::uint32_t node, bool returns) {
  for (std::size_t t = 0; t < tiers_.size(); ++t) {
    if (returns && tiers_[t].comes_back) continue;
    held_[t].own.lost.insert(node);
    held_[t].sent.lost.insert(node);
  }
}

void CheckpointStock::Discard(double since) {
  for (Tier& t : held_)
    for (Copy* c : {&t.own, &t.sent}) c->there = c->there && c->saved.taken <= since;
  while (!stored_.empty() && stored_.back().taken > since) stored_.pop_back();
}

bool CheckpointStock::GroupsLeft(const CheckpointTier& tier, const Copy& copy) const {
  const std::uint32_t groups = std::max(1u, nodes_ / tier.copies);
  std::map<std::uint32_t, std::uint32_t> lost;
  for (const std::uint32_t node : copy.lost)
    if (++lost[std::min(node / tier.copies, groups - 1)] >= tier.copies) return false;
  return true;
}

std::optional<CheckpointStock::Source> CheckpointStock::Newest() const {
  std::optional<Source> best;
  const auto offer = [&](const Source& s) {
    if (!best || s.saved.steps > best->saved.steps) best = s;
  };
  for (std::size_t t = 0; t < tiers_.size(); ++t) {
    const Tier& held = held_[t];
    if (held.own.there && held.own.lost.empty()) offer({held.own.saved, t, tiers_[t].load});
    if (held.sent.there && GroupsLeft(tiers_[t], held.sent))
      offer({held.sent.saved, t, tiers_[t].load + (held.sent.lost.empty() ? 0.0 : tiers_[t].fetch)});
  }
  if (!stored_.empty()) offer({stored_.back(), kStore, 0.0});
  return best;
}

}  // namespace headroom::training
