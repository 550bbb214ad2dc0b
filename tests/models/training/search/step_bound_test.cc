#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "models/training/step_bound.h"
#include "models/training/step_model.h"
#include "sim/core/random.h"
#include "tests/models/training/machine.h"

namespace headroom::training {
namespace {

StepParams Draw(RandomStream* random) {
  const auto power = [&](std::uint64_t most) { return 1u << random->Below(most + 1); };
  StepParams s = SmallStep();
  ParallelPlan& p = s.plan;
  p = {};
  p.tp = power(3);
  p.pp = power(3);
  p.cp = power(1);
  p.dp = power(3);
  const auto schedules = ScheduleTable();
  const ScheduleRow& row = schedules[random->Below(schedules.size())];
  p.schedule = row.schedule;
  p.virtual_stages = row.min_chunks == row.max_chunks ? row.min_chunks : power(1);
  if (p.pp == 1) p.virtual_stages = 1, p.schedule = Schedule::k1f1b;
  p.zero = random->Below(4);
  p.sequence_parallel = p.tp > 1 && random->Below(2) == 0;
  p.recompute = random->Below(2) ? llm::Recompute::kNone : llm::Recompute::kFull;
  p.overlap = {random->Below(2) == 0, random->Below(2) == 0, random->Below(2) == 0,
               random->Below(2) == 0, random->Below(2) == 0};
  p.sequence = 1024;
  p.micro_batch = power(1);
  p.global_batch = p.dp * p.micro_batch * p.pp * (1 + random->Below(12));
  // Slow networks make what is exposed large.
  s.fabric.scale_out.nic = 50e9 / power(6);
  if (random->Below(3) == 0) {
    s.model.moe = {8, 2, 1024, double(random->Below(2)), std::uint32_t(random->Below(2))};
    p.ep = power(3);
  }
  return s;
}

TEST_CASE("no evaluation comes out under the bound, and the bound is near it",
          "[search][property]") {
  const compute::KernelModel machine = IdealMachine();
  RandomStream random(11, "tests.step_bound");
  int ran = 0, near = 0;
  for (int i = 0; i < 2500; ++i) {
    const StepParams s = Draw(&random);
    if (!Check(s.plan, s.model, s.plan.accelerators()).empty()) continue;
    ++ran;
    const ParallelPlan& p = s.plan;
    const StepModel model(s, machine);
    const StepResult r = model.Evaluate();
    const StepBound bound = model.LowerBound(
        model.Pieces(),
        HeldForwardsOf(p.schedule, p.pp, p.virtual_stages, p.micro_batches()));
    INFO(fmt::format("tp {} pp {} cp {} dp {} ep {} vs {} {} m {} zero {}", p.tp, p.pp, p.cp, p.dp,
                     p.ep, p.virtual_stages, Name(p.schedule), p.micro_batches(), p.zero));
    CHECK(bound.step_time <= r.step_time);
    CHECK(bound.memory <= r.memory.fullest.total());
    CHECK(bound.joules <= r.mean_watts * r.step_time);
    near += bound.step_time > 0.9 * r.step_time;
  }
  CHECK(ran > 500);
  CHECK(near > ran / 2);
}

// Stage s of four holds 4 - s micro-batches under 1F1B, all eight under GPipe.
TEST_CASE("what is held is counted from the order", "[search]") {
  const HeldForwards one = HeldForwardsOf(Schedule::k1f1b, 4, 1, 8);
  const HeldForwards all = HeldForwardsOf(Schedule::kGpipe, 4, 1, 8);
  for (std::uint32_t s = 0; s < 4; ++s) {
    CHECK(one.passes[s].size() == 4 - s);
    CHECK(one.most[s] == 4 - s);
    CHECK(all.passes[s].size() == 8);
  }
}

TEST_CASE("without sends and with even stages the bound of 1F1B is exact", "[search]") {
  const compute::KernelModel machine = IdealMachine();
  StepParams s = SmallStep();
  s.plan.pp = 4;
  s.plan.global_batch = 16;
  s.model.vocab = 1;
  s.fabric.scale_out.nic = 1e18;
  s.fabric.scale_up = {network::ScaleUpShape::kSwitch, 8, 1e18, 1e-15, 1, false, 0.6};
  const StepModel model(s, machine);
  const double exact = model.Evaluate().step_time;
  const double bound =
      model.LowerBound(model.Pieces(), HeldForwardsOf(Schedule::k1f1b, 4, 1, 16)).step_time;
  CHECK(bound == Approx(exact).epsilon(2e-3));
}

}  // namespace
}  // namespace headroom::training
