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
    Settle();
    begun.moving = true;
    Share();
  });
  return id;
}

std::uint64_t StoreService::OpenStream(const Request& request, double demand, std::function<void(double)> on_rate) {
  HR_CHECK(demand > 0 && request.clients > 0, params_.name, demand, request.clients);
  Settle();
  const std::uint64_t id = ++last_id_;
  Transfer& t = transfers_[id];
  t.request = request;
  t.largest = std::min(demand, LargestRate(params_, request));
  t.moving = true;
  t.on_rate = std::move(on_rate);
  Share();
  return id;
}

void StoreService::Cancel(std::uint64_t id) {
  const auto it = transfers_.find(id);
  if (it == transfers_.end()) return;
  Settle();
  if (it->second.event.valid()) engine_.Cancel(it->second.event);
  transfers_.erase(it);
  Share();
}

void StoreService::Settle() {
  const double seconds = (engine_.now() - settled_).seconds();
  settled_ = engine_.now();
  for (auto& [id, t] : transfers_) {
    if (!t.moving) continue;
    carried_[Index(t.request.direction)] += t.on_rate ? t.rate * seconds : std::min(t.left, t.rate * seconds);
    if (t.on_rate) moved_[Index(t.request.direction)] += t.rate * seconds;
    else t.left = std::max(0.0, t.left - t.rate * seconds);
  }
}

/// Max-min over three limits, reads, writes and both: all rates rise together; whoever has what it wants, or whose limit is
/// used up, stays there.
void StoreService::Share() {
  std::vector<std::pair<double, std::uint64_t>> wants;
  for (const auto& [id, t] : transfers_)
    if (t.moving) wants.emplace_back(t.largest, id);
  std::sort(wants.begin(), wants.end());
  double left[2] = {params_.read, params_.write}, both = params_.both;
  std::size_t count[2] = {0, 0};
  for (const auto& [want, id] : wants) ++count[Index(transfers_.at(id).request.direction)];
  std::map<std::uint64_t, double> rates;
  double level = 0.0;  // of those that still rise
  while (count[0] + count[1] > 0) {
    // The next level at which somebody stops: the least want, or a limit that is used up.
    double next = INFINITY;
    for (const auto& [want, id] : wants)
      if (rates.count(id) == 0) {
        next = want;
        break;
      }
    double stop[2];
    for (int d = 0; d < 2; ++d) stop[d] = count[d] > 0 ? level + left[d] / static_cast<double>(count[d]) : INFINITY;
    const double stop_both = level + both / static_cast<double>(count[0] + count[1]);
    const double to = std::min({next, stop[0], stop[1], stop_both});
    for (int d = 0; d < 2; ++d) {
      left[d] = std::max(0.0, left[d] - (to - level) * static_cast<double>(count[d]));
      both = std::max(0.0, both - (to - level) * static_cast<double>(count[d]));
    }
    level = to;
    for (const auto& [want, id] : wants) {
      const std::size_t d = Index(transfers_.at(id).request.direction);
      if (rates.count(id) > 0 || (want > to && stop[d] > to && stop_both > to)) continue;
      rates[id] = to;
      --count[d];
    }
  }
  std::vector<std::pair<std::uint64_t, double>> told;
  for (const auto& [id, rate] : rates) {
    Transfer& t = transfers_.at(id);
    const bool changed = rate != t.rate;
    t.rate = rate;
    if (t.on_rate) {
      if (changed) told.emplace_back(id, rate);
      continue;
    }
    if (t.event.valid()) engine_.Cancel(t.event);
    t.event = engine_.After(Up(t.left / t.rate), Phase::kCompletion, [this, id = id] { Finish(id); });
  }
  for (const auto& [id, rate] : told)
    if (const auto it = transfers_.find(id); it != transfers_.end()) it->second.on_rate(rate);
}

double StoreService::Carried(Direction direction, Instant now) const {
  double bytes = carried_[Index(direction)];
  const double seconds = (now - settled_).seconds();
  for (const auto& [id, t] : transfers_)
    if (t.moving && t.request.direction == direction)
      bytes += t.on_rate ? t.rate * seconds : std::min(t.left, t.rate * seconds);
  return bytes;
}

void StoreService::Finish(std::uint64_t id) {
  Settle();
  const auto done = transfers_.extract(id);
  moved_[Index(done.mapped().request.direction)] += done.mapped().request.bytes;
  Share();
  done.mapped().on_done();
}

}  // namespace headroom::storage
