#include "models/serving/iteration_cost.h"

#include <catch2/catch.hpp>

#include "tests/models/serving/simple_operators.h"

using namespace headroom::serving;

namespace {

IterationCost Make(const LinearTerms& terms, const EngineSettings& engine,
                   std::uint32_t stages = 1) {
  return IterationCost(std::make_unique<SimpleOperators>(terms), engine, stages);
}

EngineSettings Bare() {
  EngineSettings e;
  e.graph_tokens = 0;
  return e;
}

}  // namespace

// 10 ms + 100 tokens * 20 us + 90 * 500 * 1 ns + (10 sequences, 3000 keys) * 1 us = 15.045 ms.
TEST_CASE("an iteration is the sum of its operators and the host", "[iteration-cost]") {
  EngineSettings e = Bare();
  e.host_fixed = 1e-3;
  e.host_per_sequence = 1e-4;
  const IterationCost cost = Make({10e-3, 20e-6, 1e-9, 1e-6}, e);
  const IterationTime t = cost.Mixed(90, 1, 1, cost.Prefill(90, 500), 10, 3000, 1.0);
  CHECK(t.busy == Approx(15.045e-3));
  CHECK(t.wall == Approx(15.045e-3 + 1e-3 + 11e-4));
  CHECK(t.energy == Approx(500 * 15.045e-3 + 100 * 2.1e-3));
}

TEST_CASE("hidden host time shows only where it is the longer", "[iteration-cost]") {
  EngineSettings e = Bare();
  e.host_overlapped = true;
  e.host_exposed = 2e-4;
  e.host_fixed = 3e-3;
  CHECK(Make({10e-3}, e).Decodes(4, 100, 1.0).first.wall == Approx(10.2e-3));
  CHECK(Make({1e-3}, e).Decodes(4, 100, 1.0).first.wall == Approx(3.2e-3));
}

TEST_CASE("a run of decodes is an arithmetic series that meets single iterations",
          "[iteration-cost]") {
  EngineSettings e = Bare();
  e.host_overlapped = true;
  e.host_fixed = 5.5e-3;
  const IterationCost cost = Make({.per_iteration = 5e-3, .per_decode_key = 1e-6}, e);
  std::uint64_t keys = 200;
  for (int i = 0; i < 12; ++i) {
    const DecodeRun run = cost.Decodes(8, keys, 0.8);
    for (std::uint64_t step : {std::uint64_t{0}, run.valid / 2, run.valid - 1}) {
      const IterationTime single = cost.Decodes(8, keys + 8 * step, 0.8).first;
      const double k = static_cast<double>(step);
      CHECK(run.first.wall + k * run.increment.wall == Approx(single.wall).epsilon(1e-9));
      CHECK(run.first.energy + k * run.increment.energy == Approx(single.energy).epsilon(1e-9));
    }
    keys += 8 * run.valid;
  }
}

// Compute-bound work takes 1/f; at half the clock the voltage is at 0.685, so 0.85 * 0.685^2 + 0.15 of the
// energy above idle is left.
TEST_CASE("a lower clock takes longer and less energy above idle", "[iteration-cost]") {
  const IterationCost cost = Make({10e-3}, Bare());
  const IterationTime full = cost.Decodes(1, 10, 1.0).first, half = cost.Decodes(1, 10, 0.5).first;
  CHECK(half.wall == Approx(2 * full.wall));
  CHECK(half.energy - 100 * half.wall == Approx((0.85 * 0.685 * 0.685 + 0.15) * (full.energy - 100 * full.wall)));
}

// Two stages, 8 sequences: two micro-batches of 4 follow each other, so a token takes one pass
// at 4.
TEST_CASE("pipeline stages work on micro-batches", "[iteration-cost][pipeline]") {
  const LinearTerms terms{.per_token = 1e-3};
  CHECK(Make(terms, Bare(), 2).Decodes(8, 80, 1.0).first.wall == Approx(4e-3));
  const IterationTime lone = Make(terms, Bare(), 2).Decodes(1, 80, 1.0).first;
  CHECK(lone.wall == Approx(1e-3));
  CHECK(lone.busy == Approx(0.5e-3));
}

TEST_CASE("a lone request takes its chunks and its tokens", "[iteration-cost]") {
  EngineSettings e = Bare();
  e.max_tokens = 400;
  CHECK(Make({10e-3}, e).LoneRequest(1000, 5) == Approx(3 * 10e-3 + 4 * 10e-3));
}

// Of 100 tokens one of two groups has 80: 80 * 1 ms + 100 * 0.1 ms. Its 80 ms are work for 50 ms on the mean accelerator, 30 ms are waited for.
TEST_CASE("an iteration lasts as long as its busiest group", "[iteration-cost]") {
  const IterationCost cost(std::make_unique<GroupedOperators>(2, 1e-3, 1e-4), Bare());
  const Busiest busiest{80, 1, 1, 0, {}};
  const IterationTime uneven = cost.Mixed(100, 2, 2, {}, 0, 0, 1.0, {}, &busiest);
  CHECK(uneven.wall == Approx(0.090));
  CHECK(uneven.energy == Approx(500 * 0.060 + 100 * 0.030));
  const Busiest half{50, 1, 1, 0, {}};
  const IterationTime even = cost.Mixed(100, 2, 2, {}, 0, 0, 1.0, {}, &half);
  CHECK(even.wall == Approx(0.060));
  CHECK(even.wall == Approx(cost.Mixed(100, 2, 2, {}, 0, 0, 1.0).wall));
  // Decodes: 12 of 16 in one group.
  CHECK(cost.Decodes(16, 1600, 1.0, 0, 12).first.wall == Approx(12e-3 + 1.6e-3));
  CHECK(cost.Decodes(16, 1600, 1.0, 0, 8).first.wall == Approx(cost.Decodes(16, 1600, 1.0).first.wall));
}
