#include <catch2/catch.hpp>

#include "models/serving/deployment.h"
#include "tests/models/serving/simple_operators.h"

using namespace headroom;
using namespace headroom::serving;

namespace {

std::unique_ptr<IterationCost> TenMilliseconds(BatchPolicy policy = BatchPolicy::kDecodeFirst) {
  EngineSettings e;
  e.policy = policy;
  e.max_sequences = 16;
  e.max_tokens = 100;
  e.graph_tokens = 0;
  return std::make_unique<IterationCost>(
      std::make_unique<SimpleOperators>(LinearTerms{.per_iteration = 0.010}), e);
}

DeploymentParams Readers(std::uint32_t replicas, std::uint32_t blocks) {
  DeploymentParams p;
  p.name = "w";
  p.replica.kv_blocks = blocks;
  p.replica.hands_over = true;
  p.places.resize(replicas);
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
  REQUIRE(d.transfer() != nullptr);
  CHECK(d.transfer()->count() == 2);
  CHECK(d.transfer()->bytes() == Approx(2e8));
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
