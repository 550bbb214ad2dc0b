#include <algorithm>
#include <functional>
#include <vector>

#include "sim/core/random.h"
#include "sim/flow/max_min_network.h"
#include "tests/bench/engine_bench.h"

namespace headroom::bench {

namespace {

constexpr DataRate kHostRate = 50e9 * unit::B_per_s;

/// A two-level fabric of `racks` racks of 16 hosts, with 8 spine planes, half oversubscribed.
class Fabric {
 public:
  Fabric(MaxMinNetwork* network, std::uint32_t racks) : network_(*network), racks_(racks) {
    for (std::uint32_t h = 0; h < racks * kHosts; ++h) {
      up_.push_back(network_.AddLink("host up", kHostRate));
      down_.push_back(network_.AddLink("host down", kHostRate));
    }
    for (std::uint32_t s = 0; s < racks * kPlanes; ++s) {
      spine_up_.push_back(network_.AddLink("rack up", kHostRate));
      spine_down_.push_back(network_.AddLink("rack down", kHostRate));
    }
  }
  std::uint32_t hosts() const { return racks_ * kHosts; }
  FlowLinkId host_up(std::uint32_t host) const { return up_[host]; }
  FlowRouteId Route(std::uint32_t from, std::uint32_t to, std::uint32_t plane) {
    const std::uint32_t a = from / kHosts, b = to / kHosts;
    return a == b ? network_.AddRoute({up_[from], down_[to]})
                  : network_.AddRoute({up_[from], spine_up_[a * kPlanes + plane],
                                       spine_down_[b * kPlanes + plane], down_[to]});
  }
  static constexpr std::uint32_t kHosts = 16;
  static constexpr std::uint32_t kPlanes = 8;

 private:
  MaxMinNetwork& network_;
  std::uint32_t racks_;
  std::vector<FlowLinkId> up_, down_, spine_up_, spine_down_;
};

}  // namespace

double Resolve(std::size_t flows, bool distinct) {
  RandomStream random(1, "bench.resolve");
  Engine engine;
  MaxMinNetwork network(&engine);
  const auto racks = static_cast<std::uint32_t>(std::max<std::size_t>(2, flows / 1600));
  Fabric fabric(&network, racks);
  for (std::size_t i = 0; i < flows; ++i) {
    auto from = static_cast<std::uint32_t>(random.Below(fabric.hosts()));
    auto to = static_cast<std::uint32_t>(random.Below(fabric.hosts()));
    const auto plane = static_cast<std::uint32_t>(random.Below(Fabric::kPlanes));
    if (!distinct) {
      from -= from % Fabric::kHosts;
      to -= to % Fabric::kHosts;
    }
    if (from == to) to = (to + 1) % fabric.hosts();
    network.Open(fabric.Route(from, to, distinct ? plane : 0), 1e12 * (1.0 + random.Uniform()), 1.0,
                 {});
  }
  network.Load(fabric.host_up(0));
  constexpr int kSolves = 10;
  const Stopwatch watch;
  for (int i = 0; i < kSolves; ++i) {
    network.SetBandwidth(fabric.host_up(0), kHostRate * (i % 2 == 0 ? 0.5 : 1.0));
    network.Load(fabric.host_up(0));
  }
  return watch.seconds() / kSolves;
}

double FlowLife(std::size_t flows, std::size_t open) {
  RandomStream random(1, "bench.life");
  Engine engine;
  MaxMinNetwork network(&engine);
  Fabric fabric(&network, 32);
  std::size_t left = flows;
  // Pairs of hosts that share nothing with the next pair, so that components stay small.
  std::function<void(std::uint32_t)> next = [&](std::uint32_t pair) {
    if (left == 0) return;
    --left;
    const auto route = fabric.Route(2 * pair, 2 * pair + 1, 0);
    network.Open(route, 1e6 * (1.0 + random.Uniform()), 1.0, [&next, pair] { next(pair); });
  };
  const std::uint32_t pairs = fabric.hosts() / 2;
  const Stopwatch watch;
  for (std::size_t i = 0; i < open; ++i) next(static_cast<std::uint32_t>(i % pairs));
  engine.RunAll();
  return watch.seconds() / static_cast<double>(flows);
}

}  // namespace headroom::bench
