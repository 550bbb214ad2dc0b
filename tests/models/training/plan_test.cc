#include "models/training/plan.h"

#include <catch2/catch.hpp>

#include "models/training/layout.h"
#include "models/training/schedule.h"
#include "tests/models/training/machine.h"

namespace headroom::training {
namespace {

ParallelPlan Base() {
  ParallelPlan p;
  p.sequence = 1024;
  p.global_batch = 64;
  return p;
}

std::string First(ParallelPlan p, std::uint32_t accelerators,
                  const llm::Architecture& a = SmallModel()) {
  const auto problems = Check(Resolve(p, accelerators), a, accelerators);
  return problems.empty() ? "" : problems[0].field + ": " + problems[0].message;
}

TEST_CASE("dp takes what the other dimensions leave", "[plan]") {
  ParallelPlan p = Base();
  p.tp = 4;
  p.pp = 2;
  p.cp = 2;
  const ParallelPlan r = Resolve(p, 64);
  CHECK(r.dp == 4);
  CHECK(r.dense_replicas() == 8);
  CHECK(r.micro_batches() == 16);
  CHECK(First(p, 64).empty());
}

// 1024 tokens over 4 ranks are 8 pieces of 128. A window of 101 keys reaches 100 tokens back, into the piece before; one
// of 300 three pieces back; one of 1024 all.
TEST_CASE("a ring with a window passes on what the window reaches", "[plan]") {
  ParallelPlan p;
  p.sequence = 1024;
  p.cp = 4;
  p.micro_batch = 2;
  CHECK(p.RingHalo(101) == 100);
  CHECK(p.RingSteps(101) == 1);
  CHECK(p.RingTokens(101) == 2 * 2 * 100);
  CHECK(p.RingSteps(300) == 3);
  CHECK(p.RingTokens(300) == 2 * 2 * 299);
  for (const double window : {0.0, 1024.0}) {
    CHECK(p.RingHalo(window) < 0);
    CHECK(p.RingSteps(window) == 3);
    CHECK(p.RingTokens(window) == 2 * 768);
  }
  CHECK(p.RingTokens(1000) == 2 * 768);  // never more than all others hold
}

TEST_CASE("dualpipe has two chunks on a rank", "[plan]") {
  ParallelPlan p = Base();
  p.pp = 4;
  p.virtual_stages = 3;
  p.schedule = Schedule::kDualPipe;
  CHECK(First(p, 64) == "parallelism.virtual_stages: dualpipe puts 2 chunks on each rank; virtual_stages is 3");
}

TEST_CASE("a plan that does not divide is refused by field and values", "[plan]") {
  ParallelPlan p = Base();
  p.pp = 7;
  p.tp = 8;
  p.cp = 2;
  CHECK(First(p, 512) ==
        "parallelism.pp: pp 7 x tp 8 x cp 2 = 112 does not divide the 512 accelerators");
  p = Base();
  p.tp = 3;
  CHECK(First(p, 3) == "parallelism.tp: tp 3 does not divide the 16 heads; 2 and 4 would");
  p = Base();
  p.pp = 32;
  CHECK(First(p, 32) ==
        "parallelism.pp: 16 layers cannot fill 32 chunks (pp 32 x virtual_stages 1)");
  p.pp = 18;  // embedding and head fill a chunk each
  CHECK(First(p, 18).empty());
  p = Base();
  p.ep = 2;
  CHECK(First(p, 2) == "parallelism.ep: ep is 2; a dense model has no experts to spread");
  p = Base();
  p.global_batch = 63;
  CHECK(First(p, 4) == "global_batch: global_batch 63 does not divide by micro_batch 1 x dp 4 = 4; 60 and 64 would");
  p = Base();
  p.sequence_parallel = true;
  CHECK(First(p, 1) == "parallelism.sequence_parallel: sequence_parallel needs tp over 1; tp is 1");
  p = Base();
  p.pp = 2;
  p.layout = {8, 7};
  CHECK(First(p, 2) == "layout: layout holds 15 layers; the model has 16");
  p = Base();
  p.pp = 2;
  p.virtual_stages = 2;
  CHECK(First(p, 2) ==
        "parallelism.virtual_stages: pipeline 1f1b takes 1 chunks per stage; virtual_stages is 2");
  p.schedule = Schedule::kDualPipe;
  p.pp = 3;
  p.dp = 1;
  CHECK(First(Resolve(p, 3), 3) ==
        "parallelism.pp: pp is 3; dualpipe runs two mirrored pipelines and needs an even number "
        "above 1");
  p.pp = 4;
  p.dp = 1;
  p.global_batch = 4;
  CHECK(First(Resolve(p, 4), 4) ==
        "global_batch: 2 micro-batches for each half of dualpipe are fewer than its 4 ranks");
  p = Base();
  p.pp = 2;
  p.virtual_stages = 2;
  p.schedule = Schedule::kInterleaved1f1b;
  p.global_batch = 3;
  CHECK(First(p, 2) ==
        "global_batch: 3 micro-batches do not divide by pp 2; interleaved-1f1b takes them in "
        "groups of pp");
}

TEST_CASE("experts must fit the ranks of a stage", "[plan][moe]") {
  llm::Architecture a = SmallModel();
  a.moe = {8, 2, 1024, 0, 0};
  ParallelPlan p = Base();
  p.ep = 3;
  CHECK(First(p, 8, a) == "parallelism.ep: ep 3 does not divide the 8 experts; 2 and 4 would");
  p.ep = 8;
  CHECK(First(p, 4, a) ==
        "parallelism.ep: ep 8 x etp 1 = 8 does not divide the 4 ranks of a stage (tp 1 x cp 1 x dp "
        "4)");
}

// 126 layers with embedding and head are 128 over 64 chunks: 1 layer first, 2 in between, 1 last.
TEST_CASE("layers over chunks", "[layout]") {
  llm::Architecture a = SmallModel();
  a.layers = 126;
  ParallelPlan p = Base();
  p.pp = 8;
  p.virtual_stages = 8;
  auto chunks = MakeLayout(p, a);
  REQUIRE(chunks.size() == 64);
  CHECK(chunks.front().layers == 1);
  CHECK(chunks.front().embedding);
  CHECK(chunks[1].layers == 2);
  CHECK(chunks.back().layers == 1);
  CHECK(chunks.back().head);
  a.layers = 96;  // divides over 24 chunks: 4 each
  p.virtual_stages = 3;
  for (const Chunk& c : MakeLayout(p, a)) CHECK(c.layers == 4);
  a.layers = 61;  // 63 over 16: 3 each, 15 left for the earliest
  p.pp = 4;
  p.virtual_stages = 4;
  chunks = MakeLayout(p, a);
  CHECK(chunks[0].layers == 3);
  CHECK(chunks[1].layers == 4);
  CHECK(chunks[14].layers == 4);
  CHECK(chunks[15].layers == 2);
  p.layout = {};
  p.pp = 2;
  p.virtual_stages = 1;
  p.layout = {40, 21};
  CHECK(MakeLayout(p, a)[1].first_layer == 40);
}

TEST_CASE("names are those of scenarios", "[plan]") {
  for (const ScheduleRow& row : ScheduleTable())
    CHECK(Name(ScheduleFromName(row.name)) == row.name);
  CHECK_THROWS_AS(ScheduleFromName("2f2b"), std::invalid_argument);
  CHECK_THROWS_AS(RecomputeFromName("some"), std::invalid_argument);
}

}  // namespace
}  // namespace headroom::training
