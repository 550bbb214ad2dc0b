#include <catch2/catch.hpp>

#include "tests/models/serving/small_fleet.h"

using namespace headroom;
using namespace headroom::serving;

namespace {

std::unique_ptr<IterationCost> TenMilliseconds(BatchPolicy policy = BatchPolicy::kDecodeFirst) {
  return EvenSteps(100, 16, 0.010, policy);
}

DeploymentParams Readers(std::uint32_t replicas, std::uint32_t blocks) {
  DeploymentParams p = SmallFleet(replicas, blocks);
  p.replica.hands_over = true;
  return p;
}

DecodePool Writers(std::uint32_t replicas, std::uint32_t blocks,
                   BatchPolicy policy = BatchPolicy::kDecodeFirst) {
  DecodePool p;
  p.replica.kv_blocks = blocks;
  p.places.resize(replicas);
  p.cost = TenMilliseconds(policy);
  p.transfer = {1e9, 2e9, 1e-3, 1e6};  // 100 tokens take 0.1 s and 1 ms
  return p;
}

RequestTrace One() { return EqualRequests({0.0}, 100, 11); }

}  // namespace

TEST_CASE("each end carries one prompt at a time", "[kv-transfer]") {
  KvTransfer transfer({2e9, 1e9, 0.5, 1e6}, 2, 2);
  CHECK(transfer.Send(0, 0, 1000, 0.0, 0.0) == Approx(1.5));
  CHECK(transfer.Send(1, 1, 1000, 0.0, 0.0) == Approx(1.5));
  CHECK(transfer.Send(0, 1, 1000, 0.2, 0.0) == Approx(2.5));  // both ends are free at 1 s
  CHECK(transfer.Send(1, 1, 1000, 9.0, 0.0) == Approx(10.5));
  CHECK(transfer.bytes() == Approx(4e9));
  CHECK(transfer.seconds() == Approx(1.5 + 1.5 + 2.3 + 1.5));
}

// 1 s of bytes, read from 0 to 2 s in 4 layers: the first goes at 0.5 s. Alone the last layer's quarter
// of a second is what is left; behind another the whole second.
TEST_CASE("layers that are sent as they come leave the last one's time", "[kv-transfer]") {
  KvTransfer transfer({1e9, 1e9, 0.0, 1e6, 4}, 2, 2);
  CHECK(transfer.Send(0, 0, 1000, 2.0, 0.0) == Approx(2.25));
  CHECK(transfer.Send(0, 1, 1000, 2.1, 2.0) == Approx(3.25));
  CHECK(KvTransfer({1e9, 1e9, 0.0, 1e6}, 1, 1).Send(0, 0, 1000, 2.0, 0.0) == Approx(3.0));
}

// The prompts of 100 tokens are read by 10 ms and 20 ms. The first is over at 110 ms + 1 ms, the
// second waits for it and is over at 210 ms + 1 ms. Ten more tokens take 10 ms each.
TEST_CASE("the first token comes with the keys and values", "[pools]") {
  RequestTrace trace;
  trace.arrival = {0.0, 0.0, 0.0};
  trace.input_tokens = {100, 100, 100};
  trace.output_tokens = {11, 11, 1};
  Engine engine;
  Deployment d(engine, Readers(1, 100), TenMilliseconds(), MakeTraceSource(trace, 1.0, 9),
               Writers(1, 100));
  d.Start();
  engine.RunAll();
  REQUIRE(d.done());
  CHECK(d.log().first_token(0) == Approx(0.111));
  CHECK(d.log().finish(0) == Approx(0.211));
  CHECK(d.log().first_token(1) == Approx(0.211));
  CHECK(d.log().finish(1) == Approx(0.311));
  CHECK(d.log().finish(2) == Approx(0.030));  // one token needs no decode replica
  CHECK(d.log().replica(0) == 1);
  CHECK(d.log().replica(2) == 0);
  CHECK(d.gaps().count() == 20);
  CHECK(d.transfers().count == 2);
  CHECK(d.transfers().bytes == Approx(2e8));
  CHECK(d.totals().prefilled_tokens == 300);
}

TEST_CASE("pools answer every request once, also where decode replicas are full",
          "[pools][conservation]") {
  for (BatchPolicy policy : {BatchPolicy::kDecodeFirst, BatchPolicy::kPrefillFirst}) {
    Engine engine;
    Deployment d(engine, Readers(3, 60), TenMilliseconds(policy),
                 MakePoissonSource({8.0, 1.0}, {LognormalTokens{100, 0.8}, LognormalTokens{100, 0.8}},
                                   3000, 3, "w"),
                 Writers(2, 40, policy));
    d.Start();
    engine.RunAll();
    CHECK(d.done());
    CHECK(d.log().open() == 0);
    CHECK(d.log().completed() + d.log().rejected() == 3000);
    CHECK(d.totals().preemptions > 0);
    std::uint64_t tokens = 0;
    for (std::size_t i = 0; i < d.log().size(); ++i)
      if (d.log().state(i) == RequestState::kCompleted) {
        tokens += d.log().output_tokens(i);
        CHECK(d.log().arrival(i) < d.log().first_token(i));
        CHECK(d.log().first_token(i) <= d.log().finish(i));
      }
    CHECK(tokens == d.totals().output_tokens);
    CHECK(d.gaps().count() == tokens - d.log().completed());
  }
}

// Tokens 2 to 5 come from the first writer at 121 ... 151 ms; it fails at 155 ms. The reader takes 100 + 5 tokens in two
// iterations, the sixth token and 105 keys travel for 106 ms to the other one, five more follow.
TEST_CASE("what a failed decode replica had is read anew and goes on elsewhere", "[pools][failure]") {
  Engine engine;
  DeploymentParams p = Readers(1, 100);
  p.failures.faults = {{1, 0.155, 10.0}};
  Deployment d(engine, p, TenMilliseconds(), MakeTraceSource(One(), 1.0, 9), Writers(2, 100));
  d.Start();
  engine.RunAll();
  REQUIRE(d.done());
  CHECK(d.log().first_token(0) == Approx(0.111));
  CHECK(d.log().finish(0) == Approx(0.331));
  CHECK(d.log().replica(0) == 2);
  CHECK(d.totals().output_tokens == 11);
  CHECK(d.gaps().count() == 10);
  CHECK(d.rerouted() == 1);
}

// Read by 10 ms, on its way until 111 ms; the reader fails at 50 ms. The other reads 101 tokens by 70 ms.
TEST_CASE("what a failed prefill replica was sending is read anew elsewhere", "[pools][failure]") {
  Engine engine;
  DeploymentParams p = Readers(2, 100);
  p.failures.faults = {{0, 0.050, 10.0}};
  Deployment d(engine, p, TenMilliseconds(), MakeTraceSource(One(), 1.0, 9), Writers(1, 100));
  d.Start();
  engine.RunAll();
  REQUIRE(d.done());
  CHECK(d.log().first_token(0) == Approx(0.172));
  CHECK(d.log().finish(0) == Approx(0.262));
  CHECK(d.transfers().count == 1);
  CHECK(d.totals().output_tokens == 11);
}

// The only writer is down from 50 ms to 1.05 s: the prompt waits at its reader and is sent then.
TEST_CASE("prompts wait for a decode replica that takes requests", "[pools][failure]") {
  Engine engine;
  DeploymentParams p = Readers(1, 100);
  p.failures.faults = {{1, 0.050, 1.0}};
  Deployment d(engine, p, TenMilliseconds(), MakeTraceSource(One(), 1.0, 9), Writers(1, 100));
  d.Start();
  engine.RunAll();
  REQUIRE(d.done());
  CHECK(d.log().first_token(0) == Approx(1.151));
  CHECK(d.log().finish(0) == Approx(1.251));
}

TEST_CASE("no request is lost or answered twice by pools under failure, roll-out, timeouts and adapters",
          "[pools][property]") {
  for (const std::uint64_t seed : {1, 2, 3})
    for (const bool leaves : {false, true}) {
      const auto run = [&](bool patient) {
        Engine engine;
        DeploymentParams p = Readers(3, 60);
        p.seed = seed;
        p.replica.adapters = {5, 2, 0.02};
        p.adapters = {5, 0.7, 1.0};
        p.failures.mean_time = 50.0;
        p.failures.repair = 10.0;
        p.failures.detection = seed == 2 ? 2.0 : 0.0;
        p.failures.start_up = 5.0;
        p.rollout = RolloutParams{200.0, 10.0, {{0.0, 0.3}, {60.0, 1.0}}};
        p.groups = {"blue", "green"};
        p.classes = {{"chat", 3.0, 1, 1.0, {}}, {"batch", 1.0, 0, 0.5, {}}};
        if (!patient) p.patience = {4.0, 2, 0.5};
        const auto pool = [&](std::uint32_t replicas) {
          DecodePool w = Writers(replicas, 40);
          w.replica.adapters = p.replica.adapters;
          if (leaves) w.leaves = {1.2e9, {0, 0, 1}, std::vector<std::uint32_t>(replicas, 1)};
          return w;
        };
        std::vector<ReplicaGroup> more;
        ReplicaGroup green{"green", p.replica, std::vector<ReplicaPlace>(3), TenMilliseconds()};
        green.decode = pool(2);
        more.push_back(std::move(green));
        Deployment d(engine, p, TenMilliseconds(),
                     MakePoissonSource({7.0, 1.0}, {LognormalTokens{90, 0.8}, LognormalTokens{60, 0.8}}, 4000, seed, "w"),
                     pool(3), std::move(more));
        d.Start();
        engine.RunAll();
        const RequestLog& log = d.log();
        CHECK(d.done());
        CHECK(log.open() == 0);
        CHECK(log.completed() + log.rejected() + log.timed_out() == 4000);
        CHECK(d.failures() > 10);
        CHECK(d.rerouted() > 20);
        CHECK(d.waiting() + d.running() == 0);
        for (std::size_t i = 0; i < d.replicas(); ++i) CHECK(d.replica(i).kv().in_use() == 0);
        for (std::size_t i : {0, 1, 2, 6, 7, 8}) CHECK(d.stage(i) == ReplicaStage::kOff);  // readers 0-2 and writers 6-8 are old
        std::uint64_t tokens = 0;
        std::vector<double> finishes;
        for (std::size_t i = 0; i < log.size(); ++i) {
          const bool answered = log.state(i) == RequestState::kCompleted;
          if (answered) tokens += log.output_tokens(i);
          if (answered) CHECK(log.first_token(i) <= log.finish(i));
          finishes.push_back(answered ? log.finish(i) : -1.0);
        }
        if (patient) {
          CHECK(tokens == d.totals().output_tokens);
          // Tokens that were on their way to the user when they were lost come with the next one.
          CHECK(d.gaps().count() <= tokens - log.completed());
          CHECK(d.gaps().count() + d.rerouted() >= tokens - log.completed());
        } else {
          CHECK(log.timed_out() + log.retries() > 0);
        }
        return finishes;
      };
      CHECK(run(true) == run(true));
      run(false);
    }
}

// As above, known 0.5 s later: the reader that failed at 50 ms holds the prompt until 550 ms, the other reads 101 tokens by 570 ms.
TEST_CASE("transfers of a failed replica hang until it is detected", "[pools][failure]") {
  for (const bool writer : {false, true}) {
    Engine engine;
    DeploymentParams p = Readers(2, 100);
    p.failures.faults = {{writer ? 2u : 0u, 0.050, 10.0}};
    p.failures.detection = 0.5;
    Deployment d(engine, p, TenMilliseconds(), MakeTraceSource(One(), 1.0, 9), Writers(2, 100));
    d.Start();
    engine.RunAll();
    REQUIRE(d.done());
    // Of a failed writer the reader still has keys and values: 101 ms to the other one.
    CHECK(d.log().first_token(0) == Approx(writer ? 0.550 + 0.101 : 0.570 + 0.102));
    CHECK(d.log().replica(0) == (writer ? 3 : 2));
    CHECK(d.transfers().count == 1);
    CHECK(d.totals().output_tokens == 11);
  }
}

// One reader for 8 long prompts and one writer for 12 long answers, each as much as four should have: both pools grow at the
// first look to what their own load asks for, and shrink by themselves.
TEST_CASE("pools scale each by its own load", "[pools][autoscaler]") {
  Engine engine;
  DeploymentParams p = Readers(4, 2000);
  p.autoscale = {1, 4, 4.0, 20.0};
  DecodePool writers = Writers(4, 2000);
  writers.autoscale = {1, 4, 4.0, 40.0};
  RequestTrace t = EqualRequests(std::vector<double>(12, 0.0), 10, 4000);
  for (const double at : std::vector<double>(8, 14.0)) {
    t.arrival.push_back(at);
    t.input_tokens.push_back(30000);
    t.output_tokens.push_back(1);
  }
  t.arrival.push_back(500.0);
  t.input_tokens.push_back(10);
  t.output_tokens.push_back(10);
  Deployment d(engine, p, TenMilliseconds(), MakeTraceSource(t, 1.0, 99), std::move(writers));
  d.Start();
  engine.RunAll();
  REQUIRE(d.done());
  CHECK(d.log().completed() == 21);
  CHECK(AnsweredTokens(d.log()) == d.totals().output_tokens);
  const auto after = [&](const std::string& pool, double until) {
    std::uint32_t n = 1;
    for (const ScaleEvent& e : d.scale_events())
      if (e.pool == pool && e.time <= until) n = e.replicas;
    return n;
  };
  CHECK(after("prefill", 15.0) == 2);
  CHECK(after("decode", 15.0) == 3);
  CHECK(after("prefill", 500.0) == 1);
  CHECK(after("decode", 500.0) == 1);
  MetricSet metrics;
  AddMetrics(d, metrics);
  CHECK(metrics.Find("workloads.w.replicas.prefill.peak")->value == 2.0);
  CHECK(metrics.Find("workloads.w.replicas.decode.peak")->value == 3.0);
  CHECK(metrics.Find("workloads.w.replicas.decode.mean")->value > 1.5);
  CHECK(metrics.Find("workloads.w.replicas.mean") == nullptr);
}

TEST_CASE("pools that come and go lose no request, also where replicas fail", "[pools][autoscaler][property]") {
  for (const std::uint64_t seed : {1, 2, 3}) {
    const auto run = [&] {
      Engine engine;
      DeploymentParams p = Readers(4, 60);
      p.seed = seed;
      p.autoscale = {1, 4, 3.0, 5.0};
      p.failures.mean_time = 120.0;
      p.failures.repair = 10.0;
      p.failures.detection = 4.0;
      DecodePool writers = Writers(5, 40);
      writers.autoscale = {1, 5, 4.0, 8.0};
      Deployment d(engine, p, TenMilliseconds(),
                   MakeBurstSource({1.0, 12.0, 40.0, 400.0}, {LognormalTokens{90, 0.8}, LognormalTokens{60, 0.8}}, 4000, seed, "w"),
                   std::move(writers));
      d.Start();
      engine.RunAll();
      CHECK(d.done());
      CHECK(d.log().open() == 0);
      CHECK(d.log().completed() + d.log().rejected() == 4000);
      CHECK(AnsweredTokens(d.log()) == d.totals().output_tokens);
      CHECK(d.failures() > 5);
      std::uint64_t prefill = 0, decode = 0;
      for (const ScaleEvent& e : d.scale_events()) (e.pool == "decode" ? decode : prefill) += !e.up;
      CHECK(prefill > 0);
      CHECK(decode > 0);
      for (std::size_t i = 0; i < d.replicas(); ++i) CHECK(d.replica(i).kv().in_use() == 0);
      return engine.now();
    };
    CHECK(run() == run());
  }
}

// One place on the decode replica: the second's keys are there at 211 ms, but the first has it from 111 ms for twenty iterations.
TEST_CASE("the first token waits for a place on the decode replica", "[pools]") {
  RequestTrace trace;
  trace.arrival = {0.0, 0.0};
  trace.input_tokens = {100, 100};
  trace.output_tokens = {21, 11};
  Engine engine;
  DecodePool writers = Writers(1, 100);
  EngineSettings e;
  e.max_sequences = 1;
  e.max_tokens = 100;
  e.graph_tokens = 0;
  writers.cost = std::make_unique<IterationCost>(std::make_unique<SimpleOperators>(LinearTerms{.per_iteration = 0.010}), e);
  Deployment d(engine, Readers(1, 100), TenMilliseconds(), MakeTraceSource(trace, 1.0, 9), std::move(writers));
  d.Start();
  engine.RunAll();
  CHECK(d.log().first_token(0) == Approx(0.111));
  CHECK(d.log().first_token(1) == Approx(0.311));
  CHECK(d.log().finish(1) == Approx(0.411));
}

// The first request still writes on replica 1 when the third comes, the second is through on replica 2.
TEST_CASE("prompts go to decode replicas in turn or to the one with the fewest", "[pools]") {
  for (const bool in_turn : {false, true}) {
    RequestTrace trace;
    trace.arrival = {0.0, 0.0, 0.8};
    trace.input_tokens = {100, 100, 100};
    trace.output_tokens = {101, 2, 11};
    Engine engine;
    DecodePool writers = Writers(2, 100);
    writers.in_turn = in_turn;
    Deployment d(engine, Readers(1, 100), TenMilliseconds(), MakeTraceSource(trace, 1.0, 9), std::move(writers));
    d.Start();
    engine.RunAll();
    CHECK(d.log().replica(0) == 1);
    CHECK(d.log().replica(1) == 2);
    CHECK(d.log().replica(2) == (in_turn ? 1 : 2));
  }
}
