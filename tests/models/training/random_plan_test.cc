#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "models/training/schedule.h"
#include "sim/core/random.h"
#include "tests/models/training/machine.h"

namespace headroom::training {
namespace {

/// A plan of small powers of two, often impossible.
StepParams Draw(RandomStream* random) {
  const auto power = [&](std::uint64_t most) { return 1u << random->Below(most + 1); };
  StepParams s = SmallStep();
  ParallelPlan& p = s.plan;
  p = {};
  p.tp = power(4);
  p.pp = power(3);
  p.cp = power(2);
  p.dp = power(3);
  s.model.tied = random->Below(2) == 0;
  if (random->Below(3) == 0) {
    s.model.window = 1 + random->Below(1500);
    s.model.window_period = 1 + random->Below(3);
  }
  s.model.kv_heads = power(4);
  if (random->Below(6) == 0) s.model.mla = {1024, 512, 64, 64, 128};
  if (random->Below(4) == 0) p.packing = {1.0 + random->Below(2000), 0.5 * random->Below(4)};
  if (random->Below(4) == 0) p.jitter = {static_cast<Distribution>(1 + random->Below(4)), 0.05, 0.1};
  if (random->Below(5) == 0) p.adapter = {16, random->Below(2) == 0};
  constexpr network::ScaleUpShape kShapes[] = {network::ScaleUpShape::kSwitch, network::ScaleUpShape::kMesh,
                                               network::ScaleUpShape::kTorus2d, network::ScaleUpShape::kTorus3d};
  s.fabric.scale_up.shape = kShapes[random->Below(4)];
  s.fabric.scale_up.in_network_reduction = s.fabric.scale_out.in_network_reduction = random->Below(2) == 0;
  s.fabric.scale_out.leaf_accelerators = 8u << random->Below(4);
  const auto schedules = ScheduleTable();
  const ScheduleRow& row = schedules[random->Below(schedules.size())];
  p.schedule = row.schedule;
  p.virtual_stages = row.min_chunks == row.max_chunks ? row.min_chunks : power(2);
  if (p.pp == 1) {
    p.virtual_stages = 1;
    p.schedule = Schedule::k1f1b;
  }
  if (p.schedule == Schedule::kDualPipe) p = Resolve(p, p.accelerators());
  p.zero = random->Below(4);
  if (random->Below(4) == 0) {
    p.offload.optimizer = static_cast<Place>(random->Below(3));
    p.offload.parameters = static_cast<Place>(random->Below(3));
  }
  p.sequence_parallel = p.tp > 1 && random->Below(2) == 0;
  p.recompute = static_cast<llm::Recompute>(random->Below(3));
  p.overlap = {random->Below(2) == 0, random->Below(2) == 0, random->Below(2) == 0,
               random->Below(2) == 0, random->Below(2) == 0, random->Below(2) == 0};
  p.context = static_cast<ContextKind>(random->Below(2));
  p.graphs = static_cast<Graphs>(random->Below(3));
  p.precision = random->Below(3) == 0 ? compute::Precision::kFp16 : compute::Precision::kBf16;
  s.framework = FrameworkFor(p.precision);
  p.sequence = 1024;
  p.micro_batch = power(1);
  p.global_batch = p.dp * p.micro_batch * (1 + random->Below(24));
  if (random->Below(3) == 0) {
    s.model.moe = {8, 2, 1024, double(random->Below(2)), std::uint32_t(random->Below(2))};
    p.ep = power(3);
    p.experts.dispatcher = static_cast<Dispatcher>(random->Below(2));
    p.experts.busiest = 1 + 0.5 * random->Below(2);
  }
  if (random->Below(4) == 0) {
    // Layers fall from chunk to chunk, the first ones have the rest.
    const std::uint32_t least = s.model.layers / p.chunks();
    p.layout.assign(p.chunks(), least);
    p.layout[0] += s.model.layers - least * p.chunks();
    if (p.chunks() > 1 && least > 1) --p.layout.back(), ++p.layout.front();
  }
  return s;
}

std::string Text(const ParallelPlan& p) {
  return fmt::format("tp {} pp {} cp {} dp {} ep {} vs {} {} m {} zero {}", p.tp, p.pp, p.cp, p.dp,
                     p.ep, p.virtual_stages, Name(p.schedule), p.micro_batches(), p.zero);
}

TEST_CASE("every plan that is allowed runs, adds up and keeps every part at or above zero",
          "[step][property]") {
  const compute::KernelModel machine = IdealMachine();
  RandomStream random(7, "tests.random_plan");
  int ran = 0;
  for (int i = 0; i < 3000; ++i) {
    const StepParams s = Draw(&random);
    if (!Check(s.plan, s.model, s.plan.accelerators()).empty()) continue;
    ++ran;
    const StepResult r = StepModel(s, machine).Evaluate();
    const StepBreakdown& b = r.breakdown;
    INFO(Text(s.plan));
    CHECK(b.sum() == Approx(r.step_time).epsilon(1e-12));
    for (double part : {b.compute, b.tp_exposed, b.cp_exposed, b.ep_exposed, b.pp_exposed,
                        b.dp_exposed, b.bubble, b.optimizer, b.stall}) {
      CHECK(part >= 0);
    }
    // Never faster than the arithmetic: the causal half of attention, all else in full, at the peak
    // of every chip.
    const double floor = r.model_flops / 1e15 / s.plan.accelerators();
    // Frozen layers have no product for their weights, a third.
    CHECK(r.step_time > (s.plan.adapter.trained() ? 0.8 * 2 / 3 : 0.8) * floor);
    CHECK(r.memory.fullest.total() > 0);
    CHECK(r.busy_share > 0);
    CHECK(r.busy_share <= 1);
    CHECK(r.hardware_flops >= r.model_flops);
  }
  CHECK(ran > 500);
}

TEST_CASE("more micro-batches shrink the share of the bubble", "[step][property]") {
  const compute::KernelModel machine = IdealMachine();
  for (const ScheduleRow& row : ScheduleTable()) {
    double before = 1;
    for (std::uint32_t m = 16; m <= 128; m *= 2) {
      StepParams s = SmallStep();
      s.plan.pp = 8;
      s.plan.schedule = row.schedule;
      s.plan.virtual_stages = row.min_chunks;
      s.plan.global_batch = m;
      s.plan = Resolve(s.plan, 8);
      const StepResult r = StepModel(s, machine).Evaluate();
      const double share = r.breakdown.bubble / r.step_time;
      INFO(row.name << " m " << m);
      CHECK(share <= before + 1e-9);
      before = share;
    }
  }
}

}  // namespace
}  // namespace headroom::training
