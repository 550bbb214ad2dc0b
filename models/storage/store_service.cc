#include "models/storage/store_service.h"

#include <algorithm>
#include <cmath>
#include <iterator>
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

void StoreService::SetDemand(std::uint64_t id, double demand) {
  Transfer& t = transfers_.at(id);
  const double largest = std::min(demand, LargestRate(params_, t.request));
  if (largest == t.largest) return;
  Settle();
  t.largest = largest;
  Share();
}

/// Max-min over limits of reads, writes, both, and requests of either kind: all rates rise together; whoever has what it
/// wants, or one of whose limits is used up, stays there.
void StoreService::Share() {
  struct Limit {
    double left;
    double rising = 0.0;  ///< that one more B/s for all who still rise takes of it
  };
  constexpr std::size_t kBoth = 2, kRequests = 3;
  Limit limits[] = {{params_.read}, {params_.write}, {params_.both}, {params_.gets}, {params_.puts}};
  struct Taker {
    double want;
    std::uint64_t id;
    std::size_t direction;
    double per_byte;  ///< requests
    bool stopped = false;
  };
  std::vector<Taker> takers;
  for (const auto& [id, t] : transfers_)
    if (t.moving) takers.push_back({t.largest, id, Index(t.request.direction), 1.0 / RequestBytes(params_, t.request)});
  std::sort(takers.begin(), takers.end(), [](const Taker& a, const Taker& b) { return std::pair(a.want, a.id) < std::pair(b.want, b.id); });
  const auto each_limit = [&](const Taker& t, const auto& f) {
    f(limits[t.direction], 1.0);
    f(limits[kBoth], 1.0);
    f(limits[kRequests + t.direction], t.per_byte);
  };
  for (const Taker& t : takers) each_limit(t, [](Limit& l, double weight) { l.rising += weight; });
  std::map<std::uint64_t, double> rates;
  double level = 0.0;  // of those that still rise
  while (rates.size() < takers.size()) {
    // The next level at which somebody stops: the least want, or a limit that is used up.
    double to = INFINITY;
    for (const Taker& t : takers)
      if (!t.stopped) {
        to = t.want;
        break;
      }
    double stop[std::size(limits)];
    for (std::size_t l = 0; l < std::size(limits); ++l) {
      stop[l] = limits[l].rising > 1e-300 ? level + limits[l].left / limits[l].rising : INFINITY;
      to = std::min(to, stop[l]);
    }
    for (Limit& l : limits) l.left = std::max(0.0, l.left - (to - level) * l.rising);
    level = to;
    for (Taker& t : takers) {
      const bool used_up = stop[t.direction] <= to || stop[kBoth] <= to || stop[kRequests + t.direction] <= to;
      if (t.stopped || (t.want > to && !used_up)) continue;
      t.stopped = true;
      rates[t.id] = to;
      each_limit(t, [](Limit& l, double weight) { l.rising = std::max(0.0, l.rising - weight); });
    }
    // What rounding leaves of a limit that nobody shares any more is nothing.
    for (std::size_t l = 0; l < std::size(limits); ++l) {
      const bool shared = std::any_of(takers.begin(), takers.end(), [&](const Taker& t) {
        return !t.stopped && (l == t.direction || l == kBoth || l == kRequests + t.direction);
      });
      if (!shared) limits[l].rising = 0.0;
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
  // One that hears of its rate may ask for another meanwhile.
  for (const auto& [id, rate] : told)
    if (const auto it = transfers_.find(id); it != transfers_.end()) it->second.on_rate(it->second.rate);
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
