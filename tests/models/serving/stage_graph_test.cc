#include "models/serving/stage_graph.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "models/serving/deployment.h"
#include "tests/models/serving/simple_operators.h"

using namespace headroom;
using namespace headroom::serving;

// Embedding 10 ms, then search 30 ms and features 50 ms side by side, then reranking 5 ms after the
// search. One server each: the second request waits for the embedding and the features.
TEST_CASE("a stage begins when those before it are through", "[stages]") {
  Engine engine;
  StageGraph graph(engine,
                   {{"embed", 1, 0.010, 0.0, {}},
                    {"search", 1, 0.030, 0.0, {0}},
                    {"features", 1, 0.050, 0.0, {0}},
                    {"rerank", 0, 0.005, 0.0, {1}}},
                   1, "w");
  std::map<std::uint32_t, double> ready;
  graph.OnReady([&](std::uint32_t r) { ready[r] = engine.now().seconds(); });
  graph.Enter(4);
  graph.Enter(9);
  engine.RunAll();
  CHECK(ready[4] == Approx(0.060));
  CHECK(ready[9] == Approx(0.110));  // features: 60 to 110 ms
  CHECK(graph.counters(0).wait == Approx(0.010));
  CHECK(graph.counters(2).busy == Approx(0.100));
  CHECK(graph.counters(3).served == 2);
}

// Pollaczek and Khinchine: wait = rate * E[s^2] / (2 (1 - rho)), E[s^2] = mean^2 exp(sigma^2).
TEST_CASE("one server with lognormal service is an M/G/1 queue", "[stages][theory]") {
  for (const double sigma : {0.0, 0.5}) {
    Engine engine;
    StageGraph graph(engine, {{"search", 1, 0.010, sigma, {}}}, 3, "w");
    graph.OnReady([](std::uint32_t) {});
    RandomStream gaps(5, "gaps");
    const double rate = 70.0;
    const int n = 400000;
    double at = 0.0;
    for (int i = 0; i < n; ++i) {
      at += gaps.Exponential(1.0 / rate);
      engine.At(Instant::FromSeconds(at), Phase::kArrival, [&, i] { graph.Enter(i); });
    }
    engine.RunAll();
    const double second = 1e-4 * std::exp(sigma * sigma);
    CHECK(graph.counters(0).wait / n == Approx(rate * second / (2 * (1 - 0.7))).epsilon(0.015));
  }
}

TEST_CASE("a request comes to its replica when it is through the stages", "[stages][deployment]") {
  Engine engine;
  EngineSettings e;
  e.graph_tokens = 0;
  DeploymentParams p;
  p.name = "w";
  p.replica.kv_blocks = 100;
  p.places.resize(1);
  p.patience = {0.31, 0, 1.0};
  RequestTrace t;
  t.arrival = {0.0, 0.0, 0.0};
  t.input_tokens = {10, 10, 10};
  t.output_tokens = {2, 2, 2};
  Deployment d(engine, p,
               std::make_unique<IterationCost>(
                   std::make_unique<SimpleOperators>(LinearTerms{.per_iteration = 0.010}), e),
               MakeTraceSource(t, 1.0, 9));
  d.SetStages({{"search", 1, 0.140, 0.0, {}}});
  d.Start();
  engine.RunAll();
  REQUIRE(d.done());
  CHECK(d.log().first_token(0) == Approx(0.150));
  CHECK(d.log().finish(1) == Approx(0.300).margin(1e-6));
  CHECK(d.log().state(2) == RequestState::kTimedOut);  // still in the stage at 0.31 s
  CHECK(d.log().completed() == 2);
}
