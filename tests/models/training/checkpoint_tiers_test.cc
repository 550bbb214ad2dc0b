#include <catch2/catch.hpp>

#include "models/training/checkpoint_stock.h"
#include "tests/models/training/recovery_bench.h"

namespace headroom::training {
namespace {

CheckpointTier Memory(std::uint32_t copies) { return {"host-memory", 0, 0.1, 0.2, copies, 1.0, 0.7, false}; }
CheckpointTier Drives() { return {"nvme", 0, 0.5, 0.4, 1, 0, 0, true}; }

TEST_CASE("own copies serve until a node is lost", "[recovery][tiers]") {
  CheckpointStock s({Memory(1)}, 4, 2);
  CHECK_FALSE(s.Newest());
  s.Stored({5, 50});
  s.Written(0, {7, 70});
  CHECK(s.Newest()->saved.steps == 7);
  CHECK(s.Newest()->tier == 0);
  CHECK(s.Newest()->seconds == Approx(0.2));
  s.Lose(3, true);  // it comes back with its memory empty
  CHECK(s.Newest()->saved.steps == 5);
  CHECK(s.Newest()->tier == CheckpointStock::kStore);
  s.Written(0, {9, 90});
  CHECK(s.Newest()->saved.steps == 9);
}

// Groups of two on five nodes: {0, 1} and {2, 3, 4}.
TEST_CASE("copies in other nodes outlive all losses but that of a group", "[recovery][tiers]") {
  CheckpointStock s({Memory(2)}, 5, 1);
  s.Stored({1, 10});
  s.Written(0, {8, 80});
  s.Lose(0, false);
  CHECK(s.Newest()->saved.steps == 1);  // not sent yet
  s.Written(0, {9, 90});
  s.Sent(0, {9, 90});
  s.Lose(1, false);
  s.Lose(4, false);
  CHECK(s.Newest()->saved.steps == 9);
  CHECK(s.Newest()->seconds == Approx(0.2 + 0.7));
  s.Lose(0, false);
  CHECK(s.Newest()->saved.steps == 1);
}

TEST_CASE("drives come back with a node that was cut off", "[recovery][tiers]") {
  CheckpointStock s({Memory(1), Drives()}, 4, 1);
  s.Written(0, {4, 40});
  s.Written(1, {3, 30});
  s.Lose(2, true);
  CHECK(s.Newest()->saved.steps == 3);
  CHECK(s.Newest()->tier == 1);
  s.Lose(2, false);
  CHECK_FALSE(s.Newest());
}

TEST_CASE("copies from after a moment can be discarded, and the store keeps so many", "[recovery][tiers]") {
  CheckpointStock s({Memory(1)}, 2, 2);
  for (std::uint64_t i = 1; i <= 3; ++i) s.Stored({i, 10.0 * static_cast<double>(i)});
  s.Written(0, {4, 40});
  s.Discard(25);
  CHECK(s.Newest()->saved.steps == 2);
  s.Discard(15);
  CHECK_FALSE(s.Newest());  // the first was let go
}

/// A copy in memory after every second step, in the store after the tenth; the fault is 1.5 steps after the seventh copy in memory.
TrainingResults Struck(std::uint32_t copies, const failure::Interruption& fault, std::uint32_t spares = 4) {
  Bench b(spares);
  b.params.steps = 20;
  b.Save(10 * b.t, 2, false);
  CheckpointTier memory = Memory(copies);
  memory.every = 2 * b.t;
  b.params.checkpoint.tiers = {memory};
  failure::Interruption at = fault;
  at.gap = 15.5 * b.t + 7 * 0.1;
  b.Fail({at});
  TrainingResults r = b.Run(1e6);
  r.step_time = b.t;
  CHECK(r.steps == 20);
  CHECK(r.checkpoints == 1);
  CHECK(b.ended == Approx(r.productive_seconds + r.lost.total()));
  return r;
}

TEST_CASE("a fault that takes no node is mended from memory", "[recovery][tiers]") {
  const TrainingResults r = Struck(1, {0, 0, 0});
  CHECK(r.lost.redone == Approx(1.5 * r.step_time).epsilon(1e-6));
  CHECK(r.lost.loading == Approx(0.2));
  CHECK(r.lost.checkpoint == Approx(0.1 * static_cast<double>(r.tier_copies[0])));
  CHECK(r.tier_copies[0] == 9);  // none at the end
}

TEST_CASE("a lost node takes its copy along, unless another has one", "[recovery][tiers]") {
  const TrainingResults alone = Struck(1, {0, 1, 2});
  CHECK(alone.lost.redone == Approx(5.5 * alone.step_time + 0.0).epsilon(1e-6));
  CHECK(alone.lost.loading == Approx(2));
  const TrainingResults pairs = Struck(2, {0, 1, 2});
  CHECK(pairs.lost.redone == Approx(1.5 * pairs.step_time).epsilon(1e-6));
  CHECK(pairs.lost.loading == Approx(0.2 + 0.7));
  const TrainingResults group = Struck(2, {0, 1, 2, 2, 0});  // nodes 2 and 3 at once
  CHECK(group.lost.redone == Approx(5.5 * group.step_time).epsilon(1e-6));
  const TrainingResults across = Struck(2, {0, 1, 1, 2, 0});  // nodes 1 and 2
  CHECK(across.lost.redone == Approx(1.5 * across.step_time).epsilon(1e-6));
}

}  // namespace
}  // namespace headroom::training
