#include "models/failure/node_pool.h"

#include <utility>

namespace headroom::failure {

NodePool::NodePool(Engine& engine, std::uint32_t spares, double repair, std::uint64_t seed,
                   std::string_view path)
    : engine_(engine), ready_(spares), repair_(repair), stream_(seed, path) {}

std::uint64_t NodePool::Replace(std::function<void()> on_ready) {
  ++under_repair_;
  engine_.After(Duration::FromSeconds(stream_.Exponential(repair_)), Phase::kArrival, [this] { Repaired(); });
  const std::uint64_t request = ++last_request_;
  if (ready_ > 0) {
    --ready_;
    on_ready();
  } else {
    waiting_.emplace(request, std::move(on_ready));
  }
  return request;
}

void NodePool::Repaired() {
  --under_repair_;
  if (waiting_.empty()) {
    ++ready_;
    return;
  }
  const auto first = waiting_.extract(waiting_.begin());
  first.mapped()();
}

}  // namespace headroom::failure
