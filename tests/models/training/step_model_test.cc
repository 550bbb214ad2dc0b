#include "models/training/step_model.h"

#include <catch2/catch.hpp>

#include "models/llm/flops.h"
#include "models/training/step_account.h"
#include "sim/core/diagnostics.h"
#include "tests/models/training/machine.h"

namespace headroom::training {
namespace {

// On an ideal machine the step is its arithmetic: 6 P tokens, and of attention the causal half, 7/2
// of it backward and forward together (fused attention's backward has five products to the
// forward's two).
TEST_CASE("an ideal accelerator takes FLOPs over peak", "[step]") {
  StepParams s = SmallStep();
  s.framework.step_overhead = 0;
  const compute::KernelModel machine = IdealMachine();
  const StepResult r = StepModel(s, machine).Evaluate();
  const double h = 2048, tokens = 4 * 1024,
               attention = 2.0 * 16 * 1024 * h;  // causal, per token, all layers
  const double flops = tokens * (6 * (16 * 12 * h * h + 32768 * h) + 3.5 * attention);
  CHECK(r.breakdown.compute == Approx(flops / 1e15).epsilon(0.02));
  CHECK(r.breakdown.bubble == Approx(0).margin(1e-12 * r.step_time));
  CHECK(r.breakdown.tp_exposed == 0);
  CHECK(r.model_flops == Approx(tokens * (6 * (16 * 12 * h * h + 32768 * h) + 3 * 2 * attention)));
  CHECK(r.hardware_flops == r.model_flops);
  CHECK(r.bound == "compute");
}

StepParams Parallel() {
  StepParams s = SmallStep();
  s.plan.tp = 4;
  s.plan.pp = 4;
  s.plan.cp = 2;
  s.plan.dp = 2;
  s.plan.virtual_stages = 2;
  s.plan.schedule = Schedule::kInterleaved1f1b;
  s.plan.sequence_parallel = true;
  s.plan.zero = 1;
  s.plan.global_batch = 16;
  return s;
}

TEST_CASE("the breakdown adds up and every part is there", "[step][property]") {
  const compute::KernelModel machine = IdealMachine();
  for (const bool overlap : {false, true}) {
    StepParams s = Parallel();
    if (overlap) s.plan.overlap = {true, true, true, true, true};
    const StepResult r = StepModel(s, machine).Evaluate();
    CHECK(r.breakdown.sum() == Approx(r.step_time).epsilon(1e-12));
    CHECK(r.breakdown.tp_exposed > 0);
    CHECK(r.breakdown.cp_exposed > 0);
    CHECK(r.breakdown.dp_exposed > 0);
    CHECK(r.breakdown.pp_exposed > 0);
    CHECK(r.breakdown.bubble > 0);
    double length = 0;
    for (const PowerPhase& phase : r.phases) length += phase.seconds;
    CHECK(length == Approx(r.step_time).epsilon(1e-9));
    CHECK(r.mean_watts > 0.2 * 700);
    CHECK(r.mean_watts < 700);
  }
}

TEST_CASE("overlap never makes a step longer", "[step][property]") {
  const compute::KernelModel machine = IdealMachine();
  const double plain = StepModel(Parallel(), machine).Evaluate().step_time;
  for (int i = 0; i < 5; ++i) {
    StepParams s = Parallel();
    s.plan.overlap = {i == 0, i == 1, i == 2, i == 3, true};
    CHECK(StepModel(s, machine).Evaluate().step_time <= plain * (1 + 1e-12));
  }
}

// Compute goes by 1/clock, all else stays.
TEST_CASE("half the clock doubles compute alone", "[step]") {
  StepParams s = SmallStep();
  const compute::KernelModel machine = IdealMachine();
  const StepModel model(s, machine);
  const StepResult full = model.Evaluate(), half = model.Evaluate(0.5);
  CHECK(half.breakdown.compute == Approx(2 * full.breakdown.compute).epsilon(0.02));
  CHECK(half.breakdown.stall == full.breakdown.stall);
  CHECK(half.mean_watts < full.mean_watts);
}

// Expected largest of 1, 2, 10, 1000 standard normals: 0, 0.564, 1.539, 3.241.
TEST_CASE("a synchronous step waits for the slowest chip", "[step]") {
  CHECK(LargestOf(1) == 0);
  CHECK(LargestOf(2) == Approx(0.564).margin(0.03));
  CHECK(LargestOf(10) == Approx(1.539).margin(0.02));
  CHECK(LargestOf(1000) == Approx(3.241).margin(0.02));
  const compute::KernelModel machine = IdealMachine();
  StepParams s = SmallStep();
  s.plan.dp = 1000;
  s.plan.global_batch = 4000;
  const double even = StepModel(s, machine).Evaluate().breakdown.compute;
  s.framework.chip_spread = 0.01;
  CHECK(StepModel(s, machine).Evaluate().breakdown.compute == Approx(1.0324 * even).epsilon(2e-3));
}

TEST_CASE("full recompute costs one more forward pass and saves memory", "[step]") {
  const compute::KernelModel machine = IdealMachine();
  StepParams s = SmallStep();
  const StepResult none = StepModel(s, machine).Evaluate();
  s.plan.recompute = llm::Recompute::kFull;
  const StepResult full = StepModel(s, machine).Evaluate();
  CHECK(full.hardware_flops > 1.25 * none.hardware_flops);
  CHECK(full.model_flops == none.model_flops);
  CHECK(full.breakdown.compute > 1.2 * none.breakdown.compute);
  CHECK(full.memory.fullest.activations < 0.5 * none.memory.fullest.activations);
}

// 2 B weights, 2 B gradients, 12 B of optimizer state per parameter, the last shared by two
// replicas under ZeRO 1.
TEST_CASE("states are sharded by ZeRO stage", "[step][memory]") {
  const compute::KernelModel machine = IdealMachine();
  const auto use = [&](std::uint32_t zero) {
    StepParams s = SmallStep();
    s.plan.dp = 2;
    s.plan.zero = zero;
    return StepModel(s, machine).Evaluate().memory.fullest;
  };
  const double parameters = 16 * (12.0 * 2048 * 2048 + 2 * 2048) + 2 * 32768.0 * 2048 + 2048;
  CHECK(use(0).optimizer == Approx(12 * parameters));
  CHECK(use(1).optimizer == Approx(6 * parameters));
  CHECK(use(1).gradients == Approx(2 * parameters));
  CHECK(use(2).gradients == Approx(parameters));
  CHECK(use(2).weights == Approx(2 * parameters));
  CHECK(use(3).weights == Approx(parameters));
}

TEST_CASE("a step that does not fit says so with its parts", "[step][memory]") {
  StepParams s = SmallStep();
  s.memory_capacity = 10e9;
  const compute::KernelModel machine = IdealMachine();
  const MemoryVerdict v = StepModel(s, machine).Evaluate().memory;
  CHECK_FALSE(v.fits);
  CHECK(v.text.rfind("stage 0 needs ", 0) == 0);
  CHECK(v.text.find("of 8.8 GiB usable: weights ") != std::string::npos);
}

TEST_CASE("a plan or precision that cannot run is refused", "[step]") {
  const compute::KernelModel machine = IdealMachine();
  StepParams s = SmallStep();
  s.plan.precision = compute::Precision::kFp8;
  CHECK_THROWS_WITH(StepModel(s, machine),
                    Catch::Contains("accelerator 'ideal' has no fp8 arithmetic"));
  s = SmallStep();
  s.plan.tp = 5;
  CHECK_THROWS_WITH(StepModel(s, machine), Catch::Contains("tp 5 does not divide the 16 heads"));
}

TEST_CASE("experts exchange tokens and share their gradients among fewer ranks", "[step][moe]") {
  const compute::KernelModel machine = IdealMachine();
  StepParams s = SmallStep();
  s.model.moe = {8, 2, 4096, 1, 0};
  s.plan.dp = 8;
  s.plan.ep = 8;
  s.plan.zero = 1;
  s.plan.global_batch = 32;
  const StepResult r = StepModel(s, machine).Evaluate();
  CHECK(r.breakdown.ep_exposed > 0);
  s.plan.ep = 1;
  const StepResult all = StepModel(s, machine).Evaluate();
  CHECK(all.breakdown.ep_exposed == 0);
  CHECK(all.memory.fullest.weights > 1.5 * r.memory.fullest.weights);
}

}  // namespace
TEST_CASE("slower NICs stretch what leaves a domain, slower uplinks what leaves a leaf", "[step][traffic]") {
  StepParams s = SmallStep();
  s.plan.tp = 8;
  s.plan.dp = 4;
  s.plan.global_batch = 16;
  s.fabric.scale_out.leaf_accelerators = 64;
  const compute::KernelModel machine = IdealMachine();
  const StepResult r = StepModel(s, machine).Evaluate();
  CHECK(UplinkSeconds(s, r) == 0.0);
  CHECK(Stretched(s, r, 3.0).step_time == r.step_time);  // all below one leaf
  const StepResult slow = Stretched(s, r, 1.0, 3.0);
  CHECK(slow.step_time == Approx(r.step_time + 2.0 * (r.breakdown.dp_exposed + r.dp_hidden)));
  CHECK(slow.breakdown.tp_exposed == r.breakdown.tp_exposed);
  CHECK(slow.breakdown.sum() == Approx(slow.step_time));
  s.fabric.scale_out.leaf_accelerators = 8;
  const StepResult far = StepModel(s, machine).Evaluate();
  CHECK(Stretched(s, far, 2.0, 1.0).step_time > far.step_time);
  CHECK(Stretched(s, far, 2.0, 3.0).step_time == Approx(Stretched(s, far, 3.0, 1.0).step_time));
}

}  // namespace headroom::training
