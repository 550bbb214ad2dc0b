#include <cstdint>
#include <optional>
#include <vector>

#include "models/serving/device_share.h"
#include "models/serving/replica.h"
#include "sim/core/check.h"

/// Requests that a replica gives up: taken back by their senders, or lost with the machine.
namespace headroom::serving {

std::optional<Request> Replica::Cancel(RequestIndex index, double now) {
  AdvanceTo(now);
  for (auto r = waiting_.begin(); r != waiting_.end(); ++r)
    if (r->index == index) {
      const Request found = *r;
      Forget(found);
      waiting_.erase(r);
      return found;
    }
  for (std::uint32_t slot = slots_[0].after; slot != 0; slot = slots_[slot].after) {
    if (slots_[slot].request.index != index || slots_[slot].cancelled) continue;
    const Request found = slots_[slot].request;
    if (run_.active) {
      Cut(now);
      slots_[slot].cancelled = true;
      slots_[slot].request.prefix = {};  // its source may forget the names
      cancelled_.push_back(slot);
    } else {
      Withdraw(slot);
    }
    return found;
  }
  return std::nullopt;
}

/// A waiting request is asked for no more.
void Replica::Forget(const Request& r) {
  asked_ -= r.output_tokens - r.generated;
  to_come_ -= r.output_tokens - r.generated;
  if (r.swapped) swapped_blocks_ -= Blocks(r.prefill_tokens() - 1);
}

/// Whole iterations of the run count; the one under way does not.
void Replica::Lose(double now) {
  AdvanceTo(now);
  if (run_.active) {
    std::uint64_t whole = run_.CountAt(now);
    while (whole > 0 && run_.until(whole) > now) --whole;
    run_.count = whole;
    run_.end = run_.until(whole);
    if (whole > 0) Complete();
  }
  run_ = {};
  MeterTo(now);
  if (share_ != nullptr) share_->Free(now);
}

void Replica::Stand(double now) {
  Lose(now);
  stands_ = true;
}

std::vector<Request> Replica::Fail(double now) {
  Lose(now);
  stands_ = false;
  std::vector<Request> lost;
  while (slots_[0].after != 0) {
    const std::uint32_t slot = slots_[0].after;
    const bool wanted = !slots_[slot].cancelled;
    Withdraw(slot);
    if (wanted) lost.push_back(slots_[slot].request);
  }
  for (const Request& r : waiting_) {
    Forget(r);
    lost.push_back(r);
    lost.back().received = lost.back().swapped = false;
  }
  waiting_.clear();
  cancelled_.clear();
  chunks_.clear();
  stalls_.clear();
  idle_ = held_ = false;
  since_poll_ = waited_ = 0;
  MeterTo(now);
  CheckConservation();
  return lost;
}

}  // namespace headroom::serving
