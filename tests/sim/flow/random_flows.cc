#include "tests/sim/flow/random_flows.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <stdexcept>

#include "sim/core/random.h"
#include "sim/flow/simgrid_network.h"

namespace headroom {

FlowCase DrawCase(std::uint64_t number, bool weighted) {
  RandomStream random(number, weighted ? "flows.weighted" : "flows");
  FlowCase c;
  const std::array<double, 4> round = {1e8, 1e8, 2e8, 5e8};
  const std::uint64_t links = 1 + random.Below(10);
  for (std::uint64_t l = 0; l < links; ++l) {
    c.bandwidth.push_back(random.Below(2) == 0 ? round[random.Below(4)]
                                               : std::exp(random.Uniform() * 7.0) * 1e7);
    c.latency.push_back(
        Duration::Ns(static_cast<std::int64_t>(random.Below(3) * random.Below(5000))));
  }
  const std::uint64_t routes = 1 + random.Below(15);
  for (std::uint64_t r = 0; r < routes; ++r) {
    std::vector<FlowLinkId> route;
    const std::uint64_t hops = 1 + random.Below(std::min<std::uint64_t>(links, 4));
    while (route.size() < hops) {
      const FlowLinkId link(static_cast<std::uint32_t>(random.Below(links)));
      if (std::find(route.begin(), route.end(), link) == route.end()) route.push_back(link);
    }
    c.routes.push_back(route);
  }
  const std::uint64_t flows = 1 + random.Below(40);
  const auto instant = [&] {
    return Instant::Ns(static_cast<std::int64_t>(random.Below(2000)) * 500000);
  };
  for (std::uint64_t f = 0; f < flows; ++f) {
    const double bytes =
        random.Below(4) == 0 ? 1e7 : std::floor(std::exp(random.Uniform() * 14.0) * 100.0);
    const double weight = weighted ? std::exp(random.Uniform() * 6.0 - 3.0) : 1.0;
    const Instant at = random.Below(3) == 0 ? Instant() : instant();
    const Instant cancel = random.Below(10) == 0 ? at + (instant() - Instant()) : Instant::Max();
    c.openings.push_back(
        {at, static_cast<std::uint32_t>(random.Below(routes)), bytes, weight, cancel});
  }
  for (std::uint64_t i = random.Below(4); i > 0; --i)
    c.changes.push_back({instant(), static_cast<std::uint32_t>(random.Below(links)),
                         std::exp(random.Uniform() * 7.0) * 1e7});
  return c;
}

FlowOutcome Play(const FlowCase& c, Engine& engine, FlowNetwork& network) {
  for (std::size_t l = 0; l < c.bandwidth.size(); ++l)
    network.AddLink(fmt::format("link {}", l), c.bandwidth[l] * unit::B_per_s, c.latency[l]);
  std::vector<FlowRouteId> routes;
  for (const auto& links : c.routes) routes.push_back(network.AddRoute(links));
  FlowOutcome outcome;
  outcome.ended_ns.assign(c.openings.size(), -1);
  std::vector<FlowId> ids(c.openings.size());
  for (std::size_t i = 0; i < c.openings.size(); ++i) {
    const FlowCase::Opening& o = c.openings[i];
    engine.At(o.at, Phase::kArrival, [&, i] {
      const FlowCase::Opening& open = c.openings[i];
      ids[i] = network.Open(routes[open.route], open.bytes, open.weight,
                            [&, i] { outcome.ended_ns[i] = engine.now().ns(); });
    });
    if (o.cancel < Instant::Max())
      engine.At(o.cancel, Phase::kDecision, [&, i] { network.Cancel(ids[i]); });
  }
  for (const FlowCase::Change& change : c.changes)
    engine.At(change.at, Phase::kDecision, [&network, &change] {
      network.SetBandwidth(FlowLinkId(change.link), change.bandwidth * unit::B_per_s);
    });
  for (const std::int64_t ms : {1, 50, 333, 1000})
    engine.At(Instant::Ns(ms * 1000003), Phase::kObserve, [&] {
      outcome.imbalance = std::max(outcome.imbalance, network.Bytes().RelativeError());
    });
  engine.RunAll();
  outcome.imbalance = std::max(outcome.imbalance, network.Bytes().RelativeError());
  if (network.open_flows() != 0) outcome.imbalance = 1.0;
  return outcome;
}

FlowOutcome PlayInSimgrid(const FlowCase& c) {
  std::array<int, 2> ends = {};
  if (pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
  FlowOutcome outcome;
  outcome.ended_ns.assign(c.openings.size(), -2);
  const std::size_t size = c.openings.size() * sizeof(std::int64_t);
  std::fflush(nullptr);  // or the child would write it once more
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("no process");
  if (child == 0) {
    bool whole = false;
    try {
      Engine engine;
      SimgridNetwork network(&engine);
      outcome = Play(c, engine, network);
      whole = write(ends[1], outcome.ended_ns.data(), size) == static_cast<ssize_t>(size) &&
              write(ends[1], &outcome.imbalance, sizeof(double)) == sizeof(double);
    } catch (const std::exception& e) {
      fmt::print(stderr, "{}\n", e.what());
    }
    _exit(whole ? 0 : 1);
  }
  close(ends[1]);
  // Both fit into a pipe's buffer.
  int status = 0;
  waitpid(child, &status, 0);
  const bool whole = read(ends[0], outcome.ended_ns.data(), size) == static_cast<ssize_t>(size) &&
                     read(ends[0], &outcome.imbalance, sizeof(double)) == sizeof(double);
  close(ends[0]);
  if (!whole || status != 0)
    throw std::runtime_error(fmt::format("the reference failed with status {}", status));
  return outcome;
}

}  // namespace headroom
