#include "models/serving/device_share.h"

#include <algorithm>
#include <limits>

#include "sim/core/check.h"

namespace headroom::serving {
namespace {
constexpr double kNever = std::numeric_limits<double>::infinity();
}  // namespace

DeviceShare::DeviceShare(const SharingParams& params, std::vector<Tenant> tenants)
    : params_(params), tenants_(std::move(tenants)), last_(tenants_.size() - 1) {
  HR_CHECK(!tenants_.empty(), tenants_.size());
  for (std::size_t i = 0; i < tenants_.size(); ++i) tenants_[i].replica->TakeTurns(this, i > 0);
}

const Replica* DeviceShare::running() const {
  for (const Tenant& t : tenants_)
    if (t.replica->run_.active) return t.replica;
  return nullptr;
}

/// When a tenant could begin, but for the others; +inf if it has nothing to do.
double DeviceShare::Ready(std::size_t tenant) const {
  const Replica& r = *tenants_[tenant].replica;
  const bool work = r.stands_ ? false : r.holds_ ? r.running() > 0 : r.outstanding() > 0;
  return work ? r.time_ : kNever;
}

DeviceShare::Choice DeviceShare::Choose() const {
  if (params_.swapped) return ChooseSwapped();
  Choice best{tenants_.size(), kNever};
  for (std::size_t k = 1; k <= tenants_.size(); ++k) {
    const std::size_t i = (last_ + k) % tenants_.size();
    const double start = std::max(free_, Ready(i));
    if (start < best.start) best = {i, start};
  }
  return best;
}

DeviceShare::Choice DeviceShare::ChooseSwapped() const {
  std::size_t other = tenants_.size();
  for (std::size_t i = 0; i < tenants_.size(); ++i)
    if (i != resident_ && Ready(i) < kNever && (other == tenants_.size() || Ready(i) < Ready(other))) other = i;
  const Replica& here = *tenants_[resident_].replica;
  if (here.stands_) return {resident_, kNever};
  const double own = std::max(free_, Ready(resident_));
  if (other == tenants_.size()) return {resident_, here.outstanding() > 0 ? std::max(free_, here.time_) : kNever};
  const double waits = Ready(other);
  const bool tired = here.holds_ || own >= std::max(waits, came_in_) + params_.patience;
  if (own < kNever && !tired) return {resident_, own};
  if (here.running() > 0) return {resident_, own, false, true};
  return {other, std::max(free_, waits), true};
}

void DeviceShare::BringIn(const Choice& choice) {
  Replica& out = *tenants_[resident_].replica;
  HR_CHECK(out.running() == 0, out.id());
  out.holds_ = false;
  out.kv_.Clear();
  out.adapters_.Clear();
  resident_ = choice.tenant;
  free_ = came_in_ = choice.start + tenants_[resident_].load;
  ++swaps_;
}

bool DeviceShare::Step(double now) {
  for (std::size_t i = 0; i < tenants_.size(); ++i) {
    Replica& r = *tenants_[i].replica;
    if (!r.run_.active) continue;
    if (r.run_.end > now) return false;
    free_ = r.run_.end;
    last_ = i;
    r.Complete();
    return true;
  }
  const Choice choice = Choose();
  if (choice.start >= now) return false;
  if (choice.swap) {
    BringIn(choice);
    return true;
  }
  Replica& r = *tenants_[choice.tenant].replica;
  r.holds_ = choice.hold;
  const bool others = std::any_of(tenants_.begin(), tenants_.end(), [&](const Tenant& t) {
    return t.replica != &r && t.replica->outstanding() > 0;
  });
  r.single_ = others;
  r.Start(choice.start);
  return true;
}

double DeviceShare::next_change() const {
  if (const Replica* r = running()) return r->run_.end;
  return Choose().start;
}

void DeviceShare::Arrived(double now) {
  for (Tenant& t : tenants_)
    if (t.replica->run_.active) t.replica->Cut(now);
}

}  // namespace headroom::serving
