#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <memory>

#include "tests/models/training/recovery_bench.h"

namespace headroom::training {
namespace {

/// Four replicas of one accelerator, in nodes of one.
struct Elastic : Bench {
  explicit Elastic(std::uint32_t spares = 0) : Bench(spares, 4) {
    params.faults.reaction = Reaction::kShrink;
    params.shrink.model = [this](std::uint32_t replicas) {
      std::unique_ptr<StepModel>& made = fewer[replicas];
      if (!made) {
        StepParams p = LongStep(replicas);
        if (params.shrink.keep_batch) p.plan.global_batch = (960 * 4 + replicas - 1) / replicas * replicas;
        made = std::make_unique<StepModel>(p, machine);
      }
      return made.get();
    };
  }
  double Step(std::uint32_t replicas) { return params.shrink.model(replicas)->Evaluate().step_time; }
  std::map<std::uint32_t, std::unique_ptr<StepModel>> fewer;
};

// Node 2 is lost in the third step and away for R: 3 s detection, 7 s restart, on three replicas from the start, and another
// 7 s restart where it comes back. The global batch stays: 1280 sequences instead of 960 for each replica.
TEST_CASE("a run shrinks to the replicas that are left, and grows again", "[recovery][reaction]") {
  Elastic b;
  b.params.steps = 400;
  b.Fail({{2.5 * b.t, 1, 2}});
  const TrainingResults r = b.Run(1e6);
  const double away = RandomStream(3, "repair").Exponential(1000), fewer = b.Step(3);
  REQUIRE(away > 50);
  CHECK(fewer == Approx(b.t * 4 / 3).epsilon(0.02));
  const double shrunk = std::ceil((away - 7) / fewer - 1e-9);
  CHECK(r.lost.shrunk == Approx(shrunk * (fewer - b.t)).epsilon(1e-6));
  CHECK(r.lost.waiting == 0);
  CHECK(r.lost.restart == Approx(14));
  CHECK(r.lost.redone == Approx(2.5 * b.t).epsilon(1e-6));
  CHECK(r.steps == 400);
  CHECK(r.tokens == Approx(400 * b.step.tokens));
  CHECK(b.ended == Approx(402.5 * b.t + 17 + r.lost.shrunk).epsilon(1e-7));
  CHECK(b.job->replicas() == 4);
  REQUIRE(b.job->events().size() == 5);
  CHECK(b.job->events()[1].kind == "shrink");
  CHECK(b.job->events()[3].kind == "grow");
  CHECK(b.port.held.total() == Approx(b.job->held_seconds()));
  CHECK(b.port.energy.total() == Approx(b.job->energy()));
}

TEST_CASE("a batch in proportion trains fewer tokens a step", "[recovery][reaction]") {
  Elastic b;
  b.params.shrink.keep_batch = false;
  b.params.steps = 400;
  b.Fail({{2.5 * b.t, 1, 2}});
  const TrainingResults r = b.Run(1e6);
  const double away = RandomStream(3, "repair").Exponential(1000);
  const double shrunk = std::ceil((away - 7) / b.Step(3) - 1e-9);
  CHECK(r.tokens == Approx((400 - shrunk / 4) * b.step.tokens));
  CHECK(r.lost.shrunk == Approx(shrunk * (b.Step(3) - 0.75 * b.t)).epsilon(1e-6));
}

TEST_CASE("a shrunk run with checkpoints saves its state where it grows", "[recovery][reaction]") {
  Elastic b;
  b.params.steps = 400;
  b.Save(50 * b.t, 2, false);
  b.Fail({{2.5 * b.t, 1, 2}});
  const TrainingResults r = b.Run(1e6);
  CHECK(r.lost.restart == Approx(14));
  CHECK(r.lost.loading == Approx(2));  // once, where it grows
  CHECK(r.lost.redone == Approx(2.5 * b.t).epsilon(1e-6));
  CHECK(r.tokens == Approx(400 * b.step.tokens));
}

TEST_CASE("a spare that is ready comes before shrinking; waiting leaves it alone", "[recovery][reaction]") {
  Elastic spare(1);
  spare.params.steps = 10;
  spare.Fail({{2.5 * spare.t, 1, 2}});
  CHECK(spare.Run(1e6).lost.shrunk == 0);
  Bench wait(1);
  wait.params.faults.reaction = Reaction::kWait;
  wait.params.steps = 10;
  wait.Fail({{2.5 * wait.t, 1, 2}});
  CHECK(wait.Run(1e6).lost.waiting == Approx(RandomStream(3, "repair").Exponential(1000)));
  CHECK(wait.nodes.ready() == 1);
}

TEST_CASE("a job with one replica cannot shrink and waits", "[recovery][reaction]") {
  Bench b(0);
  b.params.faults.reaction = Reaction::kShrink;
  b.params.shrink.model = [](std::uint32_t) -> const StepModel* { return nullptr; };
  b.params.steps = 10;
  b.Fail({{2.5 * b.t, 1, 0}});
  CHECK(b.Run(1e6).lost.waiting > 0);
}

// Slow nodes come at rate l and stay for a mean of s: none is slow for exp(-l s) of the time.
TEST_CASE("stragglers slow the job while one is there", "[recovery][reaction]") {
  Bench b;
  b.params.faults.stragglers = {1 / 400.0, 0.5, 200.0};
  const TrainingResults r = b.Run(2e6);
  CHECK(r.lost.straggler / r.elapsed_seconds == Approx(0.5 * (1 - std::exp(-0.5))).epsilon(0.03));
  CHECK(r.goodput == Approx(1 - r.lost.straggler / r.elapsed_seconds).epsilon(1e-9));
  CHECK(b.port.busy.total() < 4 * r.productive_seconds * 1.0001);
}

TEST_CASE("a slow node from outside costs what its pace says", "[recovery][reaction]") {
  Bench b;
  b.params.steps = 20;
  b.engine.At(Instant::FromSeconds(5.5 * b.t), Phase::kArrival, [&] { b.job->SetStragglerPace(0.5); });
  b.engine.At(Instant::FromSeconds(11.5 * b.t), Phase::kArrival, [&] { b.job->SetStragglerPace(1); });
  const TrainingResults r = b.Run(1e6);
  CHECK(b.ended == Approx(23 * b.t).epsilon(1e-7));
  CHECK(r.lost.straggler == Approx(3 * b.t).epsilon(1e-6));
  CHECK(b.port.energy.total() == Approx(4 * (20 * b.t * b.step.mean_watts + 3 * b.t * 100)).epsilon(1e-6));
}

/// The first corruption of a job of four nodes: from when, and when seen.
std::pair<double, double> FirstCorruption(double rate, double seen) {
  RandomStream stream(1, "here.silent");
  const double since = stream.Exponential(1 / rate);
  stream.Below(4);
  return {since, since + stream.Exponential(seen)};
}

// Copies after every tenth step, written in 2 s: the n-th is taken at n (10 t + 2) - 2.
TEST_CASE("silent corruption takes the job back to before it", "[recovery][reaction]") {
  const double rate = 1 / 30000.0, seen = 900;
  const auto [since, at] = FirstCorruption(rate, seen);
  for (const std::uint64_t keep : {std::uint64_t{1000}, std::uint64_t{1}}) {
    Bench b;
    b.params.faults.silent = {rate, seen};
    b.params.faults.path = "here";
    b.Save(10 * b.t, 2, false);
    b.params.checkpoint.keep = keep;
    const double period = 10 * b.t + 2, clean = std::floor((since + 2) / period), all = std::floor(at / period);
    REQUIRE(clean >= 1);
    REQUIRE(all > clean + 1);
    const double into = at - all * period;
    REQUIRE(into < 10 * b.t);
    const TrainingResults r = b.Run(at + 0.5);
    CHECK(r.corruptions == 1);
    const double kept = keep == 1 ? 0.0 : clean;
    CHECK(r.lost.corrupted == Approx((all - kept) * 10 * b.t + into).epsilon(1e-5));
    CHECK(static_cast<double>(r.steps) == 10 * kept);
    CHECK(r.lost.redone == 0);
    CHECK(b.nodes.ready() == 0);  // the spare took the node's place
  }
}

TEST_CASE("a job that ends before anybody sees it says so", "[recovery][reaction]") {
  Bench b;
  const auto [since, at] = FirstCorruption(1 / 30000.0, 900);
  b.params.faults.silent = {1 / 30000.0, 900};
  b.params.faults.path = "here";
  b.params.steps = static_cast<std::uint64_t>((since + at) / 2 / b.t);
  const TrainingResults r = b.Run(1e6);
  CHECK(r.corrupted);
  CHECK(r.corruptions == 0);
  CHECK(r.lost.total() == 0);
}

TEST_CASE("what is stopped goes on elsewhere from what the store has", "[recovery][reaction]") {
  Bench b;
  b.params.steps = 40;
  b.Save(10 * b.t, 2, false);
  power::LoadPort other;
  other.accelerators = 4;
  const double stop = 14.5 * b.t + 2, back = stop + 500;
  std::unique_ptr<TrainingJob> next;
  double ended = -1;
  bool keep = false;
  SECTION("by a fault") {}
  SECTION("with all it has") { keep = true; }
  b.engine.At(Instant::FromSeconds(stop), Phase::kArrival, [&] { b.job->Stop(keep, stop); });
  b.engine.At(Instant::FromSeconds(back), Phase::kArrival, [&] {
    TrainingJobParams p = b.params;
    p.parts = {{&other, 4}};
    next = std::make_unique<TrainingJob>(b.engine, b.model, p, [&] { ended = b.engine.now().seconds(); });
    next->ContinueFrom(*b.job, 30);
    next->Start();
  });
  b.Run(1e6);
  REQUIRE(next);
  const TrainingResults r = next->Results();
  CHECK(r.steps == 40);
  CHECK(r.lost.queue == Approx(500));
  CHECK(r.lost.redone == Approx((keep ? 0.5 : 4.5) * b.t).epsilon(1e-6));
  CHECK(r.lost.restart == Approx(30));
  CHECK(r.lost.loading == Approx(2));
  CHECK(ended == Approx(r.productive_seconds + r.lost.total()).epsilon(1e-7));
  CHECK(next->held_seconds() == Approx(b.port.held.total() + other.held.total()));
  CHECK(next->energy() == Approx(b.port.energy.total() + other.energy.total()));
}

// Everything at once, under every reaction: no token and no second is lost or counted twice, and what the meters hold is what
// the job says.
TEST_CASE("under any faults tokens and time add up", "[recovery][reaction][property]") {
  for (std::uint64_t seed = 1; seed <= 24; ++seed) {
    Elastic b(seed % 3 == 0 ? 2 : 0);
    b.params.name = "run " + std::to_string(seed);
    b.params.faults.reaction = static_cast<Reaction>(seed % 3);
    b.params.shrink.keep_batch = seed % 2 == 0;
    b.params.faults.seed = seed;
    b.params.faults.path = "here";
    b.params.faults.stragglers = {1 / 900.0, 0.6, 200};
    b.params.faults.silent = {1 / 2500.0, 300};
    b.Save(12 * b.t, 3, seed % 4 < 2);
    b.params.checkpoint.keep = 3;
    if (seed % 5 > 0) b.params.checkpoint.tiers = {{"host-memory", 2 * b.t, 0.1, 0.2, static_cast<std::uint32_t>(seed % 5 > 2 ? 2 : 1), 8, 0.7, false}};
    if (seed % 5 > 3) b.params.checkpoint.tiers.push_back({"nvme", 5 * b.t, 6, 0.4, 1, 0, 0, true});
    b.params.steps = seed % 2 == 0 ? 0 : 150;
    RandomStream random(seed, "faults");
    b.params.faults.next = [&random] {
      failure::Interruption f;
      f.gap = random.Exponential(400);
      f.cause = random.Below(2);
      f.nodes = random.Below(4) == 0 ? 2 : 1;
      f.accelerator = static_cast<std::uint32_t>(random.Below(f.nodes == 2 ? 3 : 4));
      f.repair = random.Below(2) == 0 ? random.Exponential(300) : 0.0;
      return f;
    };
    double last = 0;
    for (int i = 1; i < 300; ++i)
      b.engine.At(Instant::FromSeconds(100.0 * i), Phase::kObserve, [&] {
        b.job->Settle(b.engine.now());
        const TrainingResults r = b.job->Results();  // asserts that tokens and seconds add up
        CHECK(b.job->tokens_passed() >= last - 1e-3);
        last = b.job->tokens_passed();
        CHECK(r.goodput >= 0);
        CHECK(b.job->held_seconds() == Approx(b.port.held.total()));
        CHECK(b.job->energy() == Approx(b.port.energy.total()));
      });
    const TrainingResults r = b.Run(30000);
    if (b.params.steps > 0 && b.ended >= 0) CHECK(r.steps == b.params.steps);
    std::uint64_t next = 0;
    double end = 0, tokens = 0;
    for (const StepRun& run : b.job->steps()) {
      CHECK(run.first_index == next);
      CHECK(run.start >= end - 1e-6);
      CHECK(run.productive() > 0);
      next += run.count;
      end = run.start + run.duration * static_cast<double>(run.count);
      tokens += run.tokens * static_cast<double>(run.count);
    }
    CHECK(next == r.steps);
    CHECK(tokens == Approx(r.tokens));
    CHECK(r.failures > 0);
  }
}

}  // namespace
}  // namespace headroom::training
