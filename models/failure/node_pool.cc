#include "models/failure/node_pool.h"

#include <utility>

namespace headroom::failure {

NodePool::NodePool(Engine& engine, std::uint32_t spares, double repair, std::uint64_t seed,
                   std::string_view path, RepairSpread spread)
    : engine_(engine), ready_(spares), repair_(repair), spread_(spread), stream_(seed, path) {}

double RepairTime(RepairSpread spread, double mean, RandomStream& stream) {
  switch (spread) {
    case RepairSpread::kFixed: return mean;
    case RepairSpread::kLognormal: return stream.Lognormal(mean, 1.0);
    default: return stream.Exponential(mean);
  }
}

Instant NodePool::Replace(std::function<void()> on_ready) {
  ++under_repair_;
  const Instant back = engine_.now() + Duration::FromSeconds(RepairTime(spread_, repair_, stream_));
  repaired_at_.insert(back);
  engine_.At(back, Phase::kArrival, [this] { Repaired(); });
  if (ready_ > 0) {
    --ready_;
    on_ready();
    return engine_.now();
  }
  waiting_.push_back(std::move(on_ready));
  return *std::next(repaired_at_.begin(), static_cast<std::ptrdiff_t>(waiting_.size()) - 1);
}

Instant NodePool::Repair(std::function<void()> on_back) {
  const Instant back = engine_.now() + Duration::FromSeconds(RepairTime(spread_, repair_, stream_));
  engine_.At(back, Phase::kArrival, [on_back = std::move(on_back)] { on_back(); });
  return back;
}

void NodePool::Repaired() {
  --under_repair_;
  repaired_at_.erase(repaired_at_.begin());
  if (waiting_.empty()) {
    ++ready_;
    return;
  }
  const auto first = std::move(waiting_.front());
  waiting_.pop_front();
  first();
}

}  // namespace headroom::failure
