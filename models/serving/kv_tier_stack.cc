#include "models/serving/kv_tier_stack.h"

#include <algorithm>
#include <utility>

#include "sim/core/check.h"

namespace headroom::serving {

KvTierStack::KvTierStack(std::vector<KvTierAccess> tiers, double unit_bytes)
    : tiers_(std::move(tiers)), unit_bytes_(unit_bytes) {
  HR_CHECK(!tiers_.empty(), tiers_.size());
  counters_.found.resize(tiers_.size());
}

std::size_t KvTierStack::Find(std::uint64_t hash) const {
  std::size_t i = 0;
  while (i < tiers_.size() && !tiers_[i].tier->Has(hash)) ++i;
  return i;
}

std::uint32_t KvTierStack::Match(const UnitNames& names, std::uint32_t from) const {
  std::uint32_t n = from;
  while (n < names.count && Find(names[n]) < tiers_.size()) ++n;
  return n - from;
}

double KvTierStack::Load(const UnitNames& names, std::uint32_t from, std::uint32_t to,
                         double now) {
  now_ = now;
  std::vector<std::pair<std::uint64_t, double>> risen;
  double end = now;
  for (std::uint32_t u = from; u < to; ++u) {
    const std::uint64_t hash = names[u];
    const std::size_t i = Find(hash);
    HR_CHECK(i < tiers_.size(), hash);
    KvTierAccess& from_tier = tiers_[i];
    const double ready = std::max(now, *from_tier.tier->ReadyAt(hash));
    const double there = from_tier.read.Carry(unit_bytes_, ready);
    end = std::max(end, there);
    ++counters_.found[i];
    from_tier.tier->Touch(hash);
    if (i > 0 && tiers_[0].tier->capacity() > 0) risen.emplace_back(hash, there);
  }
  for (const auto& [hash, there] : risen) Put(0, hash, there);
  ++counters_.loads;
  counters_.load_seconds += end - now;
  return end;
}

void KvTierStack::ReadAhead(const UnitNames& names, std::uint32_t from, double now) {
  if (tiers_[0].tier->capacity() == 0) return;
  now_ = now;
  const std::uint32_t to = from + Match(names, from);
  // The first units last, so that they are the last to go where the tier is small.
  std::vector<std::pair<std::uint64_t, double>> risen;
  for (std::uint32_t u = from; u < to; ++u) {
    const std::size_t i = Find(names[u]);
    if (i == 0) continue;
    const double ready = std::max(now, *tiers_[i].tier->ReadyAt(names[u]));
    risen.emplace_back(names[u], tiers_[i].ahead.Carry(unit_bytes_, ready));
    tiers_[i].tier->Touch(names[u]);
    ++counters_.ahead;
  }
  for (auto unit = risen.rbegin(); unit != risen.rend(); ++unit) Put(0, unit->first, unit->second);
}

void KvTierStack::Complete(std::uint64_t hash) {
  const std::size_t i = Find(hash);
  if (i < tiers_.size()) return tiers_[i].tier->Touch(hash);
  ++counters_.written;
  Put(0, hash, tiers_[0].write.Carry(unit_bytes_, now_));
}

/// Puts a unit into a tier and what it gives up into the next, and so on.
void KvTierStack::Put(std::size_t tier, std::uint64_t hash, double ready) {
  for (; tier < tiers_.size(); ++tier) {
    KvTierAccess& t = tiers_[tier];
    if (t.tier->Has(hash)) return t.tier->Touch(hash);
    const std::optional<std::uint64_t> gone = t.tier->Insert(hash, ready);
    if (!gone) return;
    hash = *gone;
    if (tier + 1 < tiers_.size() && !tiers_[tier + 1].tier->Has(hash))
      ready = tiers_[tier + 1].write.Carry(unit_bytes_, now_);
  }
  ++counters_.lost;
}

void KvTierStack::Forget() {
  for (KvTierAccess& t : tiers_)
    if (!t.shared) t.tier->Clear();
}

void KvTierStack::CheckBalance() const {
  for (const KvTierAccess& t : tiers_) t.tier->CheckBalance();
}

}  // namespace headroom::serving
