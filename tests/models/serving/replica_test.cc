#include "models/serving/replica.h"

#include <catch2/catch.hpp>

#include "models/serving/deployment.h"
#include "sim/core/random.h"
#include "tests/models/serving/simple_operators.h"

using namespace headroom;
using namespace headroom::serving;

namespace {

Request MakeRequest(double arrival, std::uint32_t input, std::uint32_t output) {
  Request r;
  r.arrival = arrival;
  r.input_tokens = input;
  r.output_tokens = output;
  return r;
}

struct Fixture {
  Fixture(const EngineSettings& engine, const LinearTerms& operators, ReplicaParams params)
      : cost(std::make_unique<SimpleOperators>(operators), engine),
        replica(0, params, cost, log, gaps) {}
  void Arrive(Request r) {
    replica.AdvanceTo(r.arrival);
    log.Arrive(r);
    replica.Enqueue(r, r.arrival);
  }
  void Drain() { replica.AdvanceTo(1e12); }
  RequestLog log;
  LatencyHistogram gaps;
  IterationCost cost;
  Replica replica;
};

EngineSettings Bare(std::uint32_t sequences, std::uint32_t tokens) {
  EngineSettings e;
  e.max_sequences = sequences;
  e.max_tokens = tokens;
  e.graph_tokens = 0;
  e.host_fixed = 0.0;
  return e;
}

ReplicaParams Blocks(std::uint32_t blocks) {
  ReplicaParams p;
  p.kv_blocks = blocks;
  return p;
}

}  // namespace

// 10 ms per iteration: 100 prompt tokens in one, then 4 decodes: first token at 10 ms, the last at
// 50 ms.
TEST_CASE("a lone request takes one iteration per token", "[replica]") {
  Fixture f(Bare(4, 512), {.per_iteration = 0.010}, Blocks(100));
  f.Arrive(MakeRequest(1.0, 100, 5));
  f.Drain();
  CHECK(f.log.first_token(0) == Approx(1.010).epsilon(1e-12));
  CHECK(f.log.finish(0) == Approx(1.050).epsilon(1e-12));
  CHECK(f.replica.counters().iterations == 5);
  CHECK(f.gaps.count() == 4);
  CHECK(f.gaps.Percentile(0.5) == Approx(0.010));
  CHECK(f.replica.kv().in_use() == 0);
}

// 1000 prompt tokens under a budget of 400 take 400 + 400 + 200.
TEST_CASE("a prompt is cut to the token budget", "[replica]") {
  Fixture f(Bare(4, 400), {.per_iteration = 0.010}, Blocks(100));
  f.Arrive(MakeRequest(0.0, 1000, 1));
  f.Drain();
  CHECK(f.log.first_token(0) == Approx(0.030));
  CHECK(f.log.finish(0) == Approx(0.030));
}

// The second arrives in the 2nd decode of the first, joins the iteration after it, and both decode
// on together.
TEST_CASE("an arrival joins at the next iteration", "[replica]") {
  Fixture f(Bare(4, 512), {.per_iteration = 0.010}, Blocks(100));
  f.Arrive(MakeRequest(0.0, 10, 10));
  f.Arrive(MakeRequest(0.025, 10, 2));
  f.Drain();
  CHECK(f.log.first_token(1) == Approx(0.040));
  CHECK(f.log.finish(1) == Approx(0.050));
  CHECK(f.log.finish(0) == Approx(0.100));
}

// 8 blocks of 16. Two prompts of 48 tokens hold 3 blocks each; decoding takes a 4th each, at 64
// tokens a 5th is due and there is none: the newest gives up its blocks, and comes back after the
// first has ended.
TEST_CASE("the newest sequence is preempted, computed anew and finishes once", "[replica]") {
  Fixture f(Bare(4, 512), {.per_iteration = 0.010}, Blocks(8));
  f.Arrive(MakeRequest(0.0, 48, 40));
  f.Arrive(MakeRequest(0.0, 48, 40));
  f.Drain();
  CHECK(f.replica.counters().preemptions == 1);
  CHECK(f.log.completed() == 2);
  CHECK(f.log.finish(0) == Approx(0.400));
  // The second has 17 tokens when it is preempted; its 18th comes from the recomputation at 0.41 s.
  CHECK(f.log.finish(1) == Approx(0.410 + 22 * 0.010));
  CHECK(f.gaps.count() == 78);
  CHECK(f.replica.counters().output_tokens == 80);
  CHECK(f.replica.counters().prefilled_tokens == 48 + 48 + 65);
}

// As above; its 4 blocks take 4 ms out and, when the first has ended, 4 ms in.
TEST_CASE("a sequence that is swapped out goes on with its keys and values", "[replica][swap]") {
  ReplicaParams params = Blocks(8);
  params.swap_blocks = 4;
  params.swap_block = 0.001;
  Fixture f(Bare(4, 512), {.per_iteration = 0.010}, params);
  f.Arrive(MakeRequest(0.0, 48, 40));
  f.Arrive(MakeRequest(0.0, 48, 40));
  f.Drain();
  CHECK(f.replica.counters().swapped_out == 1);
  CHECK(f.log.finish(0) == Approx(0.404));
  CHECK(f.log.finish(1) == Approx(0.418 + 22 * 0.010));
  CHECK(f.gaps.count() == 78);
  CHECK(f.replica.counters().output_tokens == 80);
  CHECK(f.replica.counters().prefilled_tokens == 96);

  params.swap_blocks = 3;  // no room: computed anew
  Fixture small(Bare(4, 512), {.per_iteration = 0.010}, params);
  small.Arrive(MakeRequest(0.0, 48, 40));
  small.Arrive(MakeRequest(0.0, 48, 40));
  small.Drain();
  CHECK(small.replica.counters().swapped_out == 0);
  CHECK(small.log.finish(0) == Approx(0.400));
}

// As above, but the second finds its four whole blocks again, all but what the first has taken of
// them meanwhile, and computes the rest.
TEST_CASE("with prefix caching a preempted sequence recomputes what the cache has lost",
          "[replica]") {
  ReplicaParams p = Blocks(8);
  p.prefix_unit_tokens = 16;
  Fixture f(Bare(4, 512), {.per_iteration = 0.010}, p);
  f.Arrive(MakeRequest(0.0, 48, 40));
  f.Arrive(MakeRequest(0.0, 48, 40));
  f.Drain();
  CHECK(f.log.completed() == 2);
  CHECK(f.replica.counters().preemptions >= 1);
  CHECK(f.replica.counters().prefilled_tokens < 48 + 48 + 65);
  CHECK(f.replica.counters().cached_tokens == 0);  // what it finds of its own is no hit
  CHECK(f.log.finish(0) == Approx(0.400));
  CHECK(f.replica.counters().output_tokens == 80);
}

TEST_CASE("prompts first stall the decodes, and the gaps say so", "[replica]") {
  EngineSettings e = Bare(4, 100);
  e.policy = BatchPolicy::kPrefillFirst;
  Fixture f(e, {.per_iteration = 0.010}, Blocks(1000));
  f.Arrive(MakeRequest(0.0, 100, 3));
  f.Arrive(MakeRequest(0.005, 200, 1));  // two iterations of prompts before the first decodes
  f.Drain();
  CHECK(f.log.first_token(0) == Approx(0.010));
  CHECK(f.log.finish(1) == Approx(0.030));
  CHECK(f.log.finish(0) == Approx(0.050));
  CHECK(f.gaps.Percentile(1.0) == Approx(0.030));
  CHECK(f.gaps.Percentile(0.0) == Approx(0.010));
}

TEST_CASE("merged runs give the answers of single steps", "[replica][property]") {
  for (BatchPolicy policy : {BatchPolicy::kDecodeFirst, BatchPolicy::kPrefillFirst}) {
    EngineSettings e = Bare(16, 256);
    e.policy = policy;
    e.host_fixed = 1e-3;
    e.graph_tokens = 64;
    const LinearTerms operators{
        .per_iteration = 5e-3, .per_token = 2e-5, .per_prefill_pair = 1e-8, .per_decode_key = 1e-7};
    ReplicaParams merged = Blocks(120), single = Blocks(120);
    single.merge_runs = false;
    Fixture a(e, operators, merged), b(e, operators, single);
    RandomStream random(7, "test");
    double t = 0.0;
    for (int i = 0; i < 400; ++i) {
      t += random.Exponential(0.15);
      const Request r = MakeRequest(t, 1 + random.Below(600), 1 + random.Below(200));
      a.Arrive(r);
      b.Arrive(r);
    }
    a.Drain();
    b.Drain();
    REQUIRE(a.log.completed() == 400);
    CHECK(a.replica.counters().preemptions == b.replica.counters().preemptions);
    CHECK(a.replica.counters().preemptions > 0);
    CHECK(a.replica.counters().iterations == b.replica.counters().iterations);
    CHECK(a.replica.counters().energy == Approx(b.replica.counters().energy).epsilon(1e-9));
    CHECK(a.replica.counters().busy == Approx(b.replica.counters().busy).epsilon(1e-9));
    CHECK(a.gaps.count() == b.gaps.count());
    CHECK(a.gaps.mean() == Approx(b.gaps.mean()).epsilon(1e-9));
    CHECK(a.gaps.Percentile(0.9) == Approx(b.gaps.Percentile(0.9)).epsilon(1e-3));
    double worst = 0.0;
    for (std::size_t i = 0; i < 400; ++i)
      worst = std::max({worst, std::abs(a.log.finish(i) - b.log.finish(i)),
                        std::abs(a.log.first_token(i) - b.log.first_token(i))});
    CHECK(worst < 1e-9);
  }
}

namespace {
/// First token and end of the answers of a trace on one replica of 10 ms iterations.
std::vector<std::pair<double, double>> Answers(const EngineSettings& e, const std::vector<double>& arrivals,
                                               std::uint32_t output, bool merged) {
  RequestTrace t;
  for (double a : arrivals) {
    t.arrival.push_back(a);
    t.input_tokens.push_back(10);
    t.output_tokens.push_back(output);
  }
  Engine engine;
  DeploymentParams p;
  p.name = "w";
  p.replica.kv_blocks = 1000;
  p.replica.merge_runs = merged;
  p.places.resize(1);
  Deployment d(engine, p,
               std::make_unique<IterationCost>(
                   std::make_unique<SimpleOperators>(LinearTerms{.per_iteration = 0.010}), e, 1, 0.025),
               MakeTraceSource(t, 1.0, kUnlimited));
  d.Start();
  engine.RunAll();
  std::vector<std::pair<double, double>> out;
  for (std::size_t i = 0; i < d.log().size(); ++i)
    out.emplace_back(d.log().first_token(i), d.log().finish(i));
  return out;
}
}  // namespace

TEST_CASE("an engine that looks for requests every n iterations sees them late", "[replica][poll]") {
  EngineSettings e;
  e.max_sequences = 8, e.max_tokens = 100, e.graph_tokens = 100, e.graph_granule = 1, e.graph_prompts = true;
  e.poll_interval = 5;
  for (bool merged : {true, false}) {
    // A prompt in 10 ms, decodes from then on; looks at 10, 60, 110 ms.
    const auto a = Answers(e, {0.0, 0.0123}, 30, merged);
    CHECK(a[0].first == Approx(0.010));
    CHECK(a[1].first == Approx(0.070));
  }
}

TEST_CASE("prompts wait for a fuller iteration while others decode", "[replica][batch-wait]") {
  EngineSettings e;
  e.max_sequences = 8, e.max_tokens = 100, e.graph_tokens = 100, e.graph_granule = 1, e.graph_prompts = true;
  e.batch_wait_iterations = 4, e.batch_wait_share = 0.3;
  for (bool merged : {true, false}) {
    const auto alone = Answers(e, {0.0, 0.0123}, 30, merged);
    CHECK(alone[1].first == Approx(0.020 + 0.040 + 0.010));
    // Three prompts of ten tokens and a decode are over 30.
    const auto together = Answers(e, {0.0, 0.0123, 0.0124, 0.0323}, 30, merged);
    for (std::size_t i = 1; i < 4; ++i) CHECK(together[i].first == Approx(0.050));
  }
}

TEST_CASE("a prompt that no graph holds takes at least the host's time, and one slot may be spare",
          "[replica][eager]") {
  EngineSettings e;
  e.max_sequences = 2, e.max_tokens = 100, e.graph_tokens = 100, e.graph_granule = 1;
  e.graph_prompts = true;
  CHECK(Answers(e, {0.0}, 2, true)[0].first == Approx(0.010));
  e.graph_prompts = false;
  CHECK(Answers(e, {0.0}, 2, true)[0].first == Approx(0.025));
  e.graph_tokens = 5, e.graph_prompts = true;
  CHECK(Answers(e, {0.0}, 2, true)[0].first == Approx(0.025));
  CHECK(Answers(e, {0.0}, 2, true)[0].second == Approx(0.035));
  e.spare_sequences = 1;
  CHECK(Answers(e, {0.0, 0.0}, 2, true)[1].first == Approx(0.060));
}

// Iterations of 10 ms. The one from 20 to 30 ms was planned at 10 ms, so what came at 12.3 ms is read from 30 ms on; an engine
// with nothing to do reads at once. With a look every five iterations the one at 60 ms was planned at 50 ms.
TEST_CASE("an engine that plans ahead sees requests one iteration later", "[replica][schedule-ahead]") {
  EngineSettings e;
  e.max_sequences = 8, e.max_tokens = 100, e.graph_tokens = 100, e.graph_granule = 1, e.graph_prompts = true;
  for (bool merged : {true, false}) {
    e.poll_interval = 1;
    e.schedule_ahead = false;
    CHECK(Answers(e, {0.0, 0.0123}, 30, merged)[1].first == Approx(0.030));
    e.schedule_ahead = true;
    const auto a = Answers(e, {0.0, 0.0123, 0.0377}, 30, merged);
    CHECK(a[0].first == Approx(0.010));
    CHECK(a[1].first == Approx(0.040));
    CHECK(a[2].first == Approx(0.060));
    CHECK(Answers(e, {0.0, 0.5}, 3, merged)[1].first == Approx(0.510));
    e.poll_interval = 5;
    CHECK(Answers(e, {0.0, 0.0477}, 30, merged)[1].first == Approx(0.070));
    CHECK(Answers(e, {0.0, 0.0523}, 30, merged)[1].first == Approx(0.120));
  }
}

// A prompt that no graph holds keeps the planner for 25 ms to start it and 5 ms for all else, so it takes 30 ms, and the next
// iteration is planned 25 ms after its begin: at 25, then (30 to 40, 40 to 50 ms decode) at 75 ms.
TEST_CASE("a planner that starts the kernels itself plans after that", "[replica][schedule-ahead]") {
  EngineSettings e;
  e.max_sequences = 8, e.max_tokens = 100, e.graph_tokens = 5, e.graph_granule = 1;
  e.host_fixed = 0.005, e.host_overlapped = true, e.schedule_ahead = true, e.launches = true;
  for (bool merged : {true, false}) {
    const auto a = Answers(e, {0.0, 0.0323, 0.0723}, 30, merged);
    CHECK(a[0].first == Approx(0.030));
    CHECK(a[1].first == Approx(0.080));
    CHECK(a[2].first == Approx(0.110));
    CHECK(Answers(e, {0.0, 0.0323, 0.0777}, 30, merged)[2].first == Approx(0.120));
  }
}

// Prompts of ten tokens: two together need kernels that are not there yet, once.
TEST_CASE("kernels that are compiled at their first use hold the first iteration that needs them", "[replica][first-use]") {
  EngineSettings e;
  e.max_sequences = 8, e.max_tokens = 100, e.graph_tokens = 100, e.graph_granule = 1, e.graph_prompts = true;
  e.first_use = 1.0, e.first_use_tokens = 15;
  const auto a = Answers(e, {0.0, 0.5, 0.5, 2.0, 2.0}, 2, true);
  CHECK(a[0].first == Approx(0.010));
  CHECK(a[1].first == Approx(1.510));
  CHECK(a[3].first == Approx(2.010));
}

// Four answers of five tokens: iterations of 10 ms from 0 to 50 ms, and 4 ms for each of the 20 tokens to be handed on: the
// first four at 16 ms, the last at 80 ms. Two tokens a message take half of that, which 10 ms hold.
TEST_CASE("tokens queue before the process that hands answers on", "[replica][egress]") {
  for (const std::uint32_t interval : {1u, 2u}) {
    EngineSettings e = Bare(4, 512);
    e.egress = 4e-3;
    e.stream_interval = interval;
    Fixture f(e, {.per_iteration = 0.010}, Blocks(100));
    for (int i = 0; i < 4; ++i) f.Arrive(MakeRequest(0.0, 1, 5));
    f.Drain();
    for (std::size_t i = 0; i < 4; ++i) {
      CHECK(f.log.first_token(i) == Approx(interval == 1 ? 0.016 : 0.010));
      CHECK(f.log.finish(i) == Approx(interval == 1 ? 0.080 : 0.050));
    }
    CHECK(f.gaps.Percentile(0.5) == Approx(0.010));
  }
}

// Three iterations of 10 ms and attention over 11 and 12 keys of 1 ms; 400 W above 100 W idle.
TEST_CASE("energy is told apart into idle, attention and the rest", "[replica][energy]") {
  Fixture f(Bare(4, 512), {.per_iteration = 0.010, .per_decode_key = 1e-3}, Blocks(100));
  f.Arrive(MakeRequest(0.0, 10, 3));
  f.Drain();
  f.replica.MeterTo(0.053);
  const ReplicaCounters& c = f.replica.counters();
  CHECK(c.idle_energy == Approx(100.0 * 0.053));
  CHECK(c.use.above[static_cast<std::size_t>(KernelPart::kDecodeAttention)] == Approx(400.0 * 0.023));
  CHECK(c.energy == Approx(500.0 * 0.053));
}

// At half the pace each iteration takes twice as long at the same power.
TEST_CASE("a pace below one stretches iterations at the same power", "[replica][pace]") {
  Fixture whole(Bare(4, 512), {.per_iteration = 0.010}, Blocks(100)), half(Bare(4, 512), {.per_iteration = 0.010}, Blocks(100));
  half.replica.SetClock(0.0, 1.0, 0.5);
  for (Fixture* f : {&whole, &half}) {
    f->Arrive(MakeRequest(1.0, 100, 5));
    f->Drain();
    f->replica.MeterTo(f->log.finish(0));
  }
  CHECK(half.log.finish(0) - 1.0 == Approx(2.0 * (whole.log.finish(0) - 1.0)).epsilon(1e-12));
  const auto power = [](const Fixture& f) {
    const ReplicaCounters& c = f.replica.counters();
    return (c.energy - c.idle_energy) / (f.log.finish(0) - 1.0);
  };
  CHECK(power(half) == Approx(power(whole)).epsilon(1e-12));
}

// Two groups with a budget of 100 tokens each: 1 ms for a token of the busiest group, 0.1 ms for each of all. A lone prompt of 150 is cut,
// 100 + 50, though the other group idles; a second one of 150 goes beside it.
TEST_CASE("attention groups have budgets and cut prompts of their own", "[replica]") {
  const auto first_token = [](int prompts) {
    RequestLog log;
    LatencyHistogram gaps;
    const IterationCost cost(std::make_unique<GroupedOperators>(2, 1e-3, 1e-4), Bare(8, 200));
    Replica replica(0, Blocks(1000), cost, log, gaps);
    for (int i = 0; i < prompts; ++i) {
      Request r = MakeRequest(0.0, 150, 1);
      log.Arrive(r);
      replica.Enqueue(r, 0.0);
    }
    replica.AdvanceTo(1e9);
    CHECK(replica.counters().iterations == 2);
    return log.first_token(prompts - 1);
  };
  CHECK(first_token(1) == Approx(0.110 + 0.055));
  CHECK(first_token(2) == Approx(0.120 + 0.060));
}

// Sequences go to the group with the fewest: three decode as two and one, so an iteration takes two tokens' time.
TEST_CASE("sequences are spread over attention groups", "[replica]") {
  RequestLog log;
  LatencyHistogram gaps;
  const IterationCost cost(std::make_unique<GroupedOperators>(2, 1e-3, 0.0), Bare(8, 200));
  Replica replica(0, Blocks(1000), cost, log, gaps);
  for (int i = 0; i < 3; ++i) {
    Request r = MakeRequest(0.0, 10, 11);
    log.Arrive(r);
    replica.Enqueue(r, 0.0);
  }
  replica.AdvanceTo(1e9);
  CHECK(log.first_token(2) == Approx(0.020));
  CHECK(log.finish(2) == Approx(0.020 + 10 * 0.002));
}
