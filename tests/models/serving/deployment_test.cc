#include "models/serving/deployment.h"

#include <catch2/catch.hpp>
#include <algorithm>
#include <cmath>

#include "sim/core/balance.h"
#include "tests/models/serving/simple_operators.h"

using namespace headroom;
using namespace headroom::serving;

namespace {

std::unique_ptr<IterationCost> Linear(const LinearTerms& terms, const EngineSettings& engine) {
  return std::make_unique<IterationCost>(std::make_unique<SimpleOperators>(terms), engine);
}

EngineSettings Bare(std::uint32_t sequences, std::uint32_t tokens) {
  EngineSettings e;
  e.max_sequences = sequences;
  e.max_tokens = tokens;
  e.graph_tokens = 0;
  return e;
}

DeploymentParams Params(std::uint32_t replicas, std::uint32_t blocks) {
  DeploymentParams p;
  p.name = "w";
  p.replica.kv_blocks = blocks;
  p.places.resize(replicas);
  return p;
}

double Value(const MetricSet& m, const char* name) {
  const Metric* found = m.Find(name);
  REQUIRE(found != nullptr);
  return found->value;
}

}  // namespace

TEST_CASE("every request of a Poisson stream is answered once or rejected",
          "[deployment][conservation]") {
  Engine engine;
  DeploymentParams params = Params(3, 40);
  Deployment d(engine, params, Linear({.per_iteration = 5e-3, .per_token = 1e-5}, Bare(16, 256)),
               MakePoissonSource({40.0, 1.0}, {LognormalTokens{200, 0.8}, LognormalTokens{50, 0.8}},
                                 3000, 3, "w"));
  bool told = false;
  d.OnDone([&] { told = true; });
  d.Start();
  engine.RunAll();
  CHECK(d.done());
  CHECK(told);
  CHECK(d.log().open() == 0);
  CHECK(d.log().rejected() > 0);  // 40 blocks hold 640 tokens
  CHECK(d.log().completed() + d.log().rejected() == 3000);
  std::uint64_t tokens = 0;
  for (std::size_t i = 0; i < d.log().size(); ++i)
    if (d.log().state(i) == RequestState::kCompleted) {
      tokens += d.log().output_tokens(i);
      CHECK(d.log().arrival(i) < d.log().first_token(i));
      CHECK(d.log().first_token(i) <= d.log().finish(i));
    }
  CHECK(tokens == d.totals().output_tokens);
}

// 1 accelerator at 100 W idle and 500 W busy: 10 iterations of 10 ms take 50 J, the other 0.9 s 90
// J.
TEST_CASE("ports get the energy and the busy and held time, whenever they ask",
          "[deployment][energy]") {
  for (int settles : {1, 7, 1000}) {
    Engine engine;
    power::LoadPort port;
    DeploymentParams params = Params(1, 100);
    params.places[0].parts = {{&port, 1}};
    RequestTrace trace;
    trace.arrival = {0.5};
    trace.input_tokens = {10};
    trace.output_tokens = {10};
    Deployment d(engine, params, Linear({.per_iteration = 0.010}, Bare(4, 64)),
                 MakeTraceSource(trace, 1.0, 9));
    d.Start();
    for (int i = 1; i <= settles; ++i)
      engine.At(Instant::FromSeconds(0.6 * i / settles), Phase::kCouple,
                [&] { d.Settle(engine.now()); });
    engine.Run(Instant::FromSeconds(1.0));
    d.Settle(engine.now());
    CHECK(port.busy.total() == Approx(0.1).epsilon(1e-6));
    CHECK(port.held.total() == Approx(0.6).epsilon(1e-6));  // until its last answer
    CHECK(port.energy.total() == Approx(50.0 + 0.5 * 100.0).epsilon(1e-6));
  }
}

// At half clock the compute-bound iterations take twice as long, from the next iteration on.
TEST_CASE("a lower clock slows the next iteration", "[deployment][clock]") {
  Engine engine;
  power::LoadPort port;
  DeploymentParams params = Params(1, 100);
  params.places[0].parts = {{&port, 1}};
  RequestTrace trace;
  trace.arrival = {0.0};
  trace.input_tokens = {10};
  trace.output_tokens = {10};
  Deployment d(engine, params, Linear({.per_iteration = 0.010}, Bare(4, 64)),
               MakeTraceSource(trace, 1.0, 9));
  d.Start();
  engine.At(Instant::FromSeconds(0.035), Phase::kDecision,
            [&] { port.clock.Set(engine.now(), 0.5); });
  engine.RunAll();
  CHECK(d.log().finish(0) == Approx(0.040 + 6 * 0.020));
}

TEST_CASE("a closed loop keeps its users busy and leaves their first requests out",
          "[deployment][closed-loop]") {
  Engine engine;
  Deployment d(engine, Params(1, 1000), Linear({.per_iteration = 0.010}, Bare(8, 512)),
               MakeClosedLoopSource({4, 0.2}, {FixedTokens{10}, FixedTokens{20}}, 40, 1, "w"));
  d.Start();
  engine.RunAll();
  CHECK(d.done());
  CHECK(d.log().size() == 40);
  CHECK(d.log().completed() == 36);
  MetricSet m;
  AddMetrics(d, m);
  CHECK(Value(m, "workloads.w.requests.completed") == 36);
  CHECK(Value(m, "workloads.w.tpot.p50") == Approx(0.010));
  CHECK(Value(m, "workloads.w.itl.mean") == Approx(0.010).epsilon(1e-6));
  CHECK(d.gaps().count() == 36 * 19);
  CHECK(Value(m, "workloads.w.output_tokens_per_second_per_user") == Approx(20 / 0.19));
}

TEST_CASE("routers spread, and prefix-aware goes where the prefix is", "[deployment][router]") {
  RequestTrace trace;
  for (int i = 0; i < 40; ++i) {
    trace.arrival.push_back(i * 1.0);
    trace.input_tokens.push_back(100);
    trace.output_tokens.push_back(2);
    trace.hash_begin.push_back(trace.hashes.size());
    for (int b = 0; b < 6; ++b) trace.hashes.push_back(1000 * (i % 4) + b);  // four prompts in turn
  }
  trace.hash_begin.push_back(trace.hashes.size());
  trace.hash_tokens = 16;
  const auto hits = [&](const char* router) {
    Engine engine;
    DeploymentParams params = Params(3, 100);
    params.replica.prefix_unit_tokens = 16;
    params.router = router;
    Deployment d(engine, params, Linear({.per_iteration = 0.010}, Bare(8, 512)),
                 MakeTraceSource(trace, 1.0, 99));
    d.Start();
    engine.RunAll();
    CHECK(d.log().completed() == 40);
    return d.totals().cached_tokens;
  };
  CHECK(hits("prefix-aware") == 36u * 96u);  // all but the first of each prompt
  CHECK(hits("round-robin") == 28u * 96u);   // 4 prompts over 3 replicas: 12 cold pairs
}

// Waiting time of an M/D/1 queue: rho * D / (2 (1 - rho)); 400,000 arrivals at rho = 0.7 come
// within 1 %.
TEST_CASE("a single server with constant service is an M/D/1 queue", "[deployment][theory]") {
  const double service = 0.010, rho = 0.7;
  Engine engine;
  Deployment d(
      engine, Params(1, 100), Linear({.per_iteration = service}, Bare(1, 64)),
      MakePoissonSource({rho / service, 1.0}, {FixedTokens{1}, FixedTokens{1}}, 400000, 5, "w"));
  d.Start();
  engine.RunAll();
  double wait = 0.0;
  for (std::size_t i = 0; i < d.log().size(); ++i)
    wait += d.log().finish(i) - d.log().arrival(i) - service;
  CHECK(wait / 400000 == Approx(rho * service / (2 * (1 - rho))).epsilon(0.01));
}

// Pollaczek and Khinchine: lambda E[S^2] / (2 (1 - rho)). One slot, answers of 1 to 19 tokens alike, so E[S] = 10 and E[S^2] = 100 + 30 steps.
TEST_CASE("a single slot with answers of unlike length is an M/G/1 queue", "[deployment][theory]") {
  const double step = 0.001, rho = 0.7, lambda = rho / (10 * step);
  Engine engine;
  Deployment d(engine, Params(1, 100), Linear({.per_iteration = step}, Bare(1, 64)),
               MakePoissonSource({lambda, 1.0}, {FixedTokens{1}, UniformTokens{1, 19}}, 1000000, 7, "w"));
  d.Start();
  engine.RunAll();
  double wait = 0.0;
  for (std::size_t i = 0; i < d.log().size(); ++i)
    wait += d.log().finish(i) - d.log().arrival(i) - step * d.log().output_tokens(i);
  CHECK(wait / 1e6 == Approx(lambda * 130 * step * step / (2 * (1 - rho))).epsilon(0.01));
}

// Mean wait of an M/M/c queue, Erlang's C formula over c * mu - lambda: four slots of one replica, answers of exponential length,
// iterations of a time that the batch does not change. A service lasts its tokens times 10 us, so a slot's wait for the next
// iteration is a thousandth of it.
TEST_CASE("slots with exponential answers are an M/M/c queue", "[deployment][theory]") {
  const double step = 1e-5, mean_tokens = 1000.0, rho = 0.7;
  const int c = 4, count = 1000000;
  const double mu = 1.0 / (step * (mean_tokens + 0.5)), lambda = rho * c * mu;
  RandomStream random(11, "erlang");
  RequestTrace trace;
  double at = 0.0;
  for (int i = 0; i < count; ++i) {
    trace.arrival.push_back(at += -std::log(1.0 - random.Uniform()) / lambda);
    trace.input_tokens.push_back(1);
    trace.output_tokens.push_back(static_cast<std::uint32_t>(std::ceil(-mean_tokens * std::log(1.0 - random.Uniform()))));
  }
  Engine engine;
  Deployment d(engine, Params(1, 100000), Linear({.per_iteration = step}, Bare(c, 64)),
               MakeTraceSource(trace, 1.0, kUnlimited));
  d.Start();
  engine.RunAll();
  double wait = 0.0;
  for (std::size_t i = 0; i < d.log().size(); ++i)
    wait += d.log().finish(i) - d.log().arrival(i) - step * d.log().output_tokens(i);
  const double a = lambda / mu;
  double sum = 0.0, term = 1.0;
  for (int k = 0; k < c; ++k) {
    sum += term;
    term *= a / (k + 1);
  }
  const double erlang = term / (1 - rho) / (sum + term / (1 - rho));
  CHECK(wait / count == Approx(erlang / (c * mu - lambda)).epsilon(0.01));
}
