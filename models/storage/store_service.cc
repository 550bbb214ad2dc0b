#include "models/storage/store_service.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "sim/core/check.h"

namespace headroom::storage {
namespace {

std::size_t Index(Direction d) { return d == Direction::kRead ? 0 : 1; }

Duration Up(double seconds) {
  return Duration::Ns(static_cast<std::int64_t>(std::ceil(std::max(0.0, seconds) * 1e9)));
}

}  // namespace

StoreService::StoreService(Engine& engine, StoreParams params)
    : engine_(engine), params_(std::move(params)) {}

std::uint64_t StoreService::Begin(const Request& request, std::function<void()> on_done) {
  HR_CHECK(request.bytes >= 0 && request.clients > 0, params_.name, request.bytes, request.clients);
  const std::uint64_t id = ++last_id_;
  Transfer& t = transfers_[id];
  t.request = request;
  t.left = request.bytes;
  t.largest = LargestRate(params_, request);
  t.on_done = std::move(on_done);
  const double now = engine_.now().seconds();
  opened_until_ = std::max(opened_until_, now) + request.files / params_.opens;
  t.event = engine_.After(Up(opened_until_ - now + params_.latency), Phase::kCompletion, [this, id] {
    Transfer& begun = transfers_.at(id);
    begun.event = {};
    Settle(begun.request.direction);
    begun.moving = true;
    Share(begun.request.direction);
  });
  return id;
}

void StoreService::Cancel(std::uint64_t id) {
  const auto it = transfers_.find(id);
  if (it == transfers_.end()) return;
  const Direction direction = it->second.request.direction;
  Settle(direction);
  if (it->second.event.valid()) engine_.Cancel(it->second.event);
  transfers_.erase(it);
  Share(direction);
}

void StoreService::Settle(Direction direction) {
  Instant& settled = settled_[Index(direction)];
  const double seconds = (engine_.now() - settled).seconds();
  settled = engine_.now();
  for (auto& [id, t] : transfers_)
    if (t.moving && t.request.direction == direction)
      t.left = std::max(0.0, t.left - t.rate * seconds);
}

/// Max-min: whoever wants less than an even share gets it, the rest share what is left.
void StoreService::Share(Direction direction) {
  std::vector<std::pair<double, std::uint64_t>> wants;
  for (const auto& [id, t] : transfers_)
    if (t.moving && t.request.direction == direction) wants.emplace_back(t.largest, id);
  std::sort(wants.begin(), wants.end());
  double left = direction == Direction::kRead ? params_.read : params_.write;
  for (std::size_t i = 0; i < wants.size(); ++i) {
    const std::uint64_t id = wants[i].second;
    Transfer& t = transfers_.at(id);
    t.rate = std::min(t.largest, left / static_cast<double>(wants.size() - i));
    left -= t.rate;
    if (t.event.valid()) engine_.Cancel(t.event);
    t.event = engine_.After(Up(t.left / t.rate), Phase::kCompletion, [this, id] { Finish(id); });
  }
}

void StoreService::Finish(std::uint64_t id) {
  const Direction direction = transfers_.at(id).request.direction;
  Settle(direction);
  const auto done = transfers_.extract(id);
  moved_[Index(direction)] += done.mapped().request.bytes;
  Share(direction);
  done.mapped().on_done();
}

}  // namespace headroom::storage
