#include <catch2/catch.hpp>

#include "models/serving/deployment.h"
#include "models/serving/stage_graph.h"
#include "tests/models/serving/simple_operators.h"

using namespace headroom;
using namespace headroom::serving;

namespace {

std::unique_ptr<IterationCost> TenMilliseconds() {
  EngineSettings e;
  e.max_sequences = 16;
  e.max_tokens = 200;
  e.block_tokens = 10;
  e.graph_tokens = 0;
  return std::make_unique<IterationCost>(std::make_unique<SimpleOperators>(LinearTerms{.per_iteration = 0.010}), e);
}

DeploymentParams Params(std::uint32_t replicas = 1, std::uint32_t blocks = 1000) {
  DeploymentParams p;
  p.name = "w";
  p.replica.kv_blocks = blocks;
  p.places.resize(replicas);
  return p;
}

RequestTrace Trace(const std::vector<double>& arrivals, std::uint32_t input, std::uint32_t output) {
  RequestTrace t;
  t.arrival = arrivals;
  t.input_tokens.assign(arrivals.size(), input);
  t.output_tokens.assign(arrivals.size(), output);
  return t;
}

StageParams Answer(std::vector<std::uint32_t> after) {
  StageParams p{"answer", 0, 0.0, 0.0, std::move(after)};
  p.calls = p.answer = true;
  return p;
}

StageParams Call(const char* name, std::vector<std::uint32_t> after, std::uint32_t prompt, std::uint32_t output,
                 std::optional<std::uint32_t> context = {}) {
  StageParams p{name, 0, 0.0, 0.0, std::move(after)};
  p.calls = true;
  p.prompt = FixedTokens{prompt};
  p.output = FixedTokens{output};
  p.context = context;
  return p;
}

}  // namespace

// Search until 100 ms, answer of 3 tokens until 130 ms, a tool until 1.13 s, then 2 tokens on the whole text and 20 new ones.
TEST_CASE("a task goes on after its answer", "[tasks]") {
  Engine engine;
  DeploymentParams p = Params();
  p.replica.prefix_unit_tokens = 10;
  Deployment d(engine, p, TenMilliseconds(), MakeTraceSource(Trace({0.0}, 47, 13), 1.0, 9));
  d.SetStages({{"search", 1, 0.100, 0.0, {}},
               Answer({0}),
               {"tool", 0, 1.0, 0.0, {1}},
               Call("conclude", {2}, 20, 2, 1u)});
  d.Start();
  engine.RunAll();
  REQUIRE(d.done());
  REQUIRE(d.log().size() == 2);
  CHECK(d.log().first_token(0) == Approx(0.110));
  CHECK(d.log().finish(0) == Approx(0.230));
  CHECK(d.log().arrival(1) == Approx(1.230));
  CHECK(d.log().input_tokens(1) == 80);
  CHECK(d.log().finish(1) == Approx(1.250));
  CHECK(d.log().stage(1) == 4);
  REQUIRE(d.task_times().size() == 1);
  CHECK(d.task_times()[0] == Approx(1.250));
  // 47 + 13 tokens leave 59 in the cache, 5 whole blocks.
  CHECK(d.totals().cached_tokens == 50);
  const Table table = d.log().MakeTable("/requests", {}, {}, {"answer", "search", "answer", "tool", "conclude"});
  CHECK(table.columns.back().name == "call");
}

// Two calls side by side after the answer, then one that goes on with the later of them; a call of its own text before it.
TEST_CASE("a graph may branch and join", "[tasks]") {
  Engine engine;
  Deployment d(engine, Params(), TenMilliseconds(), MakeTraceSource(Trace({0.0}, 10, 2), 1.0, 9));
  d.SetStages({Call("rewrite", {}, 30, 3), Answer({0}), Call("critic", {1}, 5, 4, 1u), Call("judge", {1}, 50, 6),
               Call("final", {2, 3}, 7, 2, 2u)});
  d.Start();
  engine.RunAll();
  REQUIRE(d.done());
  REQUIRE(d.log().size() == 5);
  CHECK(d.log().finish(1) == Approx(0.030));          // the rewriting, row 1, is asked for after its task's own row
  CHECK(d.log().first_token(0) == Approx(0.040));
  CHECK(d.log().finish(0) == Approx(0.050));
  CHECK(d.log().input_tokens(2) == 10 + 2 + 5);
  CHECK(d.log().input_tokens(3) == 50);
  CHECK(d.log().finish(3) == Approx(0.110));
  CHECK(d.log().arrival(4) == Approx(0.110));
  CHECK(d.log().input_tokens(4) == 17 + 4 + 7);
  CHECK(d.task_times()[0] == Approx(0.130));
}

TEST_CASE("a call that cannot be served ends its task, and its user asks again", "[tasks]") {
  Engine engine;
  DeploymentParams p = Params(1, 20);  // 200 tokens at most
  Deployment d(engine, p, TenMilliseconds(), MakeClosedLoopSource({1, 0.0, false}, {FixedTokens{10}, FixedTokens{2}}, 3, 1, "w"));
  d.SetStages({Answer({}), Call("report", {0}, 300, 2, 0u)});
  d.Start();
  engine.RunAll();
  CHECK(d.done());
  CHECK(d.log().completed() == 3);
  CHECK(d.log().rejected() == 3);
  CHECK(d.tasks_failed() == 3);
  CHECK(d.task_times().empty());
}

TEST_CASE("every task ends once under failures, timeouts, retries and admission", "[tasks][property]") {
  for (const std::uint64_t seed : {1, 2, 3}) {
    Engine engine;
    DeploymentParams p = Params(3, 80);
    p.seed = seed;
    p.failures.mean_time = 30.0;
    p.failures.repair = 5.0;
    p.patience = {1.0, 1, 0.2};
    p.admission.outstanding = 25.0;
    p.replica.prefix_unit_tokens = 10;
    Deployment d(engine, p, TenMilliseconds(),
                 MakePoissonSource({9.0, 1.0}, {LognormalTokens{60, 0.6}, LognormalTokens{40, 0.6}}, 1500, seed, "w"));
    d.SetStages({{"search", 2, 0.050, 0.3, {}},
                 Answer({0}),
                 {"tool", 0, 0.3, 0.5, {1}},
                 Call("critic", {1}, 30, 20),
                 Call("conclude", {2, 3}, 20, 30, 1u)});
    d.Start();
    engine.RunAll();
    CHECK(d.done());
    CHECK(d.log().open() == 0);
    CHECK(d.task_times().size() + d.tasks_failed() == 1500);
    CHECK(d.tasks_failed() > 0);
    CHECK(d.task_times().size() > 300);
    CHECK(d.failures() > 5);
    CHECK(d.waiting() + d.running() == 0);
    for (std::size_t i = 0; i < d.replicas(); ++i) CHECK(d.replica(i).kv().in_use() == 0);
    std::uint64_t answers = 0;
    for (std::size_t i = 0; i < d.log().size(); ++i) answers += d.log().stage(i) == 0;
    CHECK(answers == 1500);
    CHECK(d.totals().cached_tokens > 0);
  }
}
