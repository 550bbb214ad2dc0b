#include "models/serving/device_share.h"

#include <catch2/catch.hpp>
#include <map>
#include <numeric>

#include "models/serving/deployment.h"
#include "models/serving/kernel_shares.h"
#include "tests/models/serving/simple_operators.h"

using namespace headroom;
using namespace headroom::serving;

namespace {

std::unique_ptr<IterationCost> TenMilliseconds() {
  EngineSettings e;
  e.max_sequences = 16;
  e.max_tokens = 200;
  e.graph_tokens = 0;
  return std::make_unique<IterationCost>(std::make_unique<SimpleOperators>(LinearTerms{.per_iteration = 0.010}), e);
}

DeploymentParams Shared(std::uint32_t replicas, bool swapped, double patience = 10.0, std::uint32_t blocks = 1000) {
  DeploymentParams p;
  p.name = "w";
  p.replica.kv_blocks = blocks;
  p.places.resize(replicas);
  p.sharing = SharingParams{swapped, patience};
  p.load = 0.5;
  p.shares = {1.0, 1.0};
  p.groups = {"one", "two"};
  return p;
}

std::vector<ReplicaGroup> Second(std::uint32_t replicas, std::uint32_t blocks = 1000) {
  std::vector<ReplicaGroup> more(1);
  more[0].name = "two";
  more[0].replica.kv_blocks = blocks;
  more[0].places.resize(replicas);
  more[0].cost = TenMilliseconds();
  more[0].load = 1.0;
  return more;
}

RequestTrace Trace(const std::vector<double>& arrivals, std::vector<std::uint32_t> output) {
  RequestTrace t;
  t.arrival = arrivals;
  t.input_tokens.assign(arrivals.size(), 10);
  t.output_tokens = std::move(output);
  return t;
}

/// Groups of the first `n` requests, as a seed draws them.
std::vector<std::uint8_t> GroupsOf(const Deployment& d) {
  std::vector<std::uint8_t> groups;
  for (std::size_t i = 0; i < d.log().size(); ++i) groups.push_back(d.log().group(i));
  return groups;
}

struct Pair {
  LatencyHistogram gaps;
  RequestLog log;
  std::unique_ptr<IterationCost> cost = TenMilliseconds();
  ReplicaParams params = [] {
    ReplicaParams p;
    p.kv_blocks = 1000;
    return p;
  }();
  Replica a{0, params, *cost, log, gaps}, b{1, params, *cost, log, gaps};
  void Ask(Replica& replica, double at, std::uint32_t output) {
    replica.AdvanceTo(at);
    Request r;
    r.input_tokens = 10;
    r.output_tokens = output;
    r.arrival = at;
    log.Arrive(r);
    replica.Enqueue(r, at);
  }
};

}  // namespace

// Iterations of 10 ms in turns: the first model's end at 10, 30, 50 ms, the other's at 20, 40, 60.
TEST_CASE("resident models take turns by iterations", "[sharing]") {
  Pair pair;
  DeviceShare share({false, 0.0}, {{&pair.a, 0.0}, {&pair.b, 0.0}});
  pair.Ask(pair.a, 0.0, 3);
  pair.Ask(pair.b, 0.0, 5);
  pair.a.AdvanceTo(1.0);
  CHECK(pair.log.first_token(0) == Approx(0.010));
  CHECK(pair.log.finish(0) == Approx(0.050));
  CHECK(pair.log.first_token(1) == Approx(0.020));
  CHECK(pair.log.finish(1) == Approx(0.080));  // alone from 60 ms on
  CHECK(share.swaps() == 0);
}

// A run of many iterations ends with the one under way when the other model gets a request at 25 ms.
TEST_CASE("a run of one model is cut where the other has work", "[sharing]") {
  Pair pair;
  DeviceShare share({false, 0.0}, {{&pair.a, 0.0}, {&pair.b, 0.0}});
  pair.Ask(pair.a, 0.0, 100);
  pair.Ask(pair.b, 0.025, 1);
  pair.b.AdvanceTo(5.0);
  CHECK(pair.log.first_token(1) == Approx(0.040));
  CHECK(pair.log.finish(0) == Approx(1.010));
}

// The first runs for 50 ms; the second model is brought in by 1 s and answers 5 tokens.
TEST_CASE("a swapped model waits until the other has nothing to do", "[sharing]") {
  Pair pair;
  DeviceShare share({true, 10.0}, {{&pair.a, 0.5}, {&pair.b, 1.0}});
  pair.Ask(pair.a, 0.0, 5);
  pair.Ask(pair.b, 0.0, 5);
  pair.a.AdvanceTo(9.0);
  CHECK(pair.log.finish(0) == Approx(0.050));
  CHECK(pair.log.first_token(1) == Approx(1.060));
  CHECK(pair.log.finish(1) == Approx(1.100));
  CHECK(share.swaps() == 1);
  pair.Ask(pair.a, 10.0, 1);
  pair.a.AdvanceTo(20.0);
  CHECK(pair.log.finish(2) == Approx(10.510));
}

// The first has 20 tokens to write by 200 ms and more requests at 100 and 150 ms. The other waits from 10 ms on: with 50 ms of
// patience the first takes no more from 60 ms, ends at 200 ms, and goes on when the other is done: 1.2 + 0.02 + 0.5 s.
TEST_CASE("a model that has waited long enough comes next", "[sharing]") {
  Pair pair;
  DeviceShare share({true, 0.050}, {{&pair.a, 0.5}, {&pair.b, 1.0}});
  pair.Ask(pair.a, 0.0, 20);
  pair.Ask(pair.b, 0.010, 2);
  pair.Ask(pair.a, 0.100, 1);
  pair.Ask(pair.a, 0.150, 1);
  pair.a.AdvanceTo(50.0);
  CHECK(pair.log.finish(0) == Approx(0.200));
  CHECK(pair.log.finish(1) == Approx(1.220));
  CHECK(pair.log.finish(2) == Approx(1.730));
  CHECK(pair.log.finish(3) == Approx(1.730));
  CHECK(share.swaps() == 2);
}

TEST_CASE("models on the same accelerators lose no request and no joule", "[sharing][property]") {
  for (const bool swapped : {false, true})
    for (const std::uint64_t seed : {1, 2}) {
      Engine engine;
      DeploymentParams p = Shared(2, swapped, 2.0, 60);
      p.seed = seed;
      p.failures.mean_time = 200.0;
      p.failures.repair = 5.0;
      p.patience = {60.0, 1, 1.0};
      Deployment d(engine, p, TenMilliseconds(),
                   MakePoissonSource({4.0, 1.0}, {LognormalTokens{90, 0.8}, LognormalTokens{60, 0.8}}, 2000, seed, "w"), {},
                   Second(2, 60));
      d.Start();
      engine.RunAll();
      CHECK(d.done());
      CHECK(d.log().completed() + d.log().rejected() + d.log().timed_out() == 2000);
      CHECK(d.log().completed() > 1500);
      CHECK(d.failures() > 2);
      for (std::size_t i = 0; i < d.replicas(); ++i) CHECK(d.replica(i).kv().in_use() == 0);
      CHECK((d.model_swaps() > 10) == swapped);
      const std::vector<std::uint8_t> groups = GroupsOf(d);
      CHECK(std::accumulate(groups.begin(), groups.end(), 0) == Approx(1000).margin(120));

      // Two accelerators, 500 W while kernels run and 100 W else.
      const ReplicaCounters totals = d.totals();
      CHECK(d.held() == Approx(2.0 * d.lifetime()));
      CHECK(totals.busy <= d.held());
      CHECK(totals.energy == Approx(100.0 * d.held() + 400.0 * totals.busy));
    }
}

// A prompt of 10 tokens and four decodes, 10 ms each, from 1 s on: 50 ms of products and 1 s without work.
TEST_CASE("energy by kind of kernel adds up", "[kernels][energy]") {
  Engine engine;
  DeploymentParams p;
  p.name = "w";
  p.replica.kv_blocks = 100;
  p.replica.accelerators = 2;
  p.places.resize(1);
  EngineSettings e;
  e.max_tokens = 256;
  e.graph_tokens = 0;
  e.host_fixed = 0.001;
  Deployment d(engine, p,
               std::make_unique<IterationCost>(
                   std::make_unique<SimpleOperators>(LinearTerms{.per_iteration = 0.010, .per_decode_key = 0.0001}), e),
               MakeTraceSource(Trace({1.0}, {5}), 1.0, 9));
  d.Start();
  engine.RunAll();
  std::map<std::string, KernelShare> by;
  double seconds = 0.0, energy = 0.0;
  for (const KernelShare& k : KernelShares(d)) {
    by[k.name] = k;
    seconds += k.seconds;
    energy += k.energy;
  }
  const double keys = 11 + 12 + 13 + 14;
  CHECK(by["gemm"].seconds == Approx(2 * 0.050));
  CHECK(by["gemm"].energy == Approx(2 * 0.050 * 500));
  CHECK(by["decode_attention"].energy == Approx(2 * keys * 0.0001 * 500));
  CHECK(by["prefill_attention"].energy == 0.0);
  CHECK(by["host"].energy == Approx(2 * 0.005 * 100));
  CHECK(by["waiting"].energy == Approx(2 * 1.0 * 100).epsilon(1e-4));
  CHECK(by["other"].energy == Approx(0.0).margin(1e-6));
  CHECK(seconds == Approx(d.held()));
  CHECK(energy == Approx(d.totals().energy));
  const Phases phases = PhasesOf(d);
  CHECK(phases.prefill == Approx(2 * 0.010 * 500));
  CHECK(phases.prefill + phases.decode == Approx(2 * (0.050 + keys * 0.0001) * 500));
}
