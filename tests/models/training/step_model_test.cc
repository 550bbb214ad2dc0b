#include "models/training/step_model.h"
#include "models/training/step_traffic.h"

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

// 16 layers of which every other one looks back on 128 of 1024 keys: half of what a window on every layer saves. A window
// as long as the sequence changes nothing.
TEST_CASE("windowed layers attend to their window", "[step]") {
  StepParams s = SmallStep();
  const StepResult whole = StepModel(s, IdealMachine()).Evaluate();
  s.model.window = 1024;
  CHECK(StepModel(s, IdealMachine()).Evaluate().step_time == whole.step_time);
  s.model.window = 128;
  const StepResult half = StepModel(s, IdealMachine()).Evaluate();
  s.model.window_period = 1;
  const StepResult all = StepModel(s, IdealMachine()).Evaluate();
  CHECK(half.step_time < whole.step_time);
  CHECK(whole.breakdown.compute - all.breakdown.compute ==
        Approx(2 * (whole.breakdown.compute - half.breakdown.compute)).epsilon(1e-9));
  // Of 2 x 16 x 256 FLOP per pair and layer, forward and twice that backward, 4 sequences.
  CHECK(whole.model_flops - all.model_flops == Approx(3 * 2.0 * 16 * 256 * 16 * 4096 * (1024 - 128)));
  s.model.window_period = 2;
  s.plan.pp = 2;
  s.plan.virtual_stages = 2;
  s.plan.schedule = Schedule::kInterleaved1f1b;
  const StepResult piped = StepModel(s, IdealMachine()).Evaluate();
  s.model.window = 0;
  CHECK(StepModel(s, IdealMachine()).Evaluate().breakdown.compute - piped.breakdown.compute ==
        Approx((whole.breakdown.compute - half.breakdown.compute) / 2).epsilon(1e-9));
}

// 8 sequences of 1024 tokens over 4 ranks. With a window of 1 nothing is sent; just below the sequence the pairs are those of
// all before but a corner of one; between, both grow.
TEST_CASE("a ring with a window does the pairs of its window", "[step][context]") {
  StepParams s = SmallStep();
  s.plan.cp = 4;
  s.plan.global_batch = 8;
  s.model.window_period = 1;
  const auto run = [&](double window, bool overlap) {
    s.model.window = window;
    s.plan.overlap.cp = overlap;
    return StepModel(s, IdealMachine()).Evaluate();
  };
  const auto traffic = [&](double window) {
    s.model.window = window;
    const compute::KernelModel kernels = IdealMachine();
    return TrafficOfStep(StepModel(s, kernels)).cp.scale_up;
  };
  const StepResult all = run(0, false);
  CHECK(run(1, false).breakdown.cp_exposed == 0);
  CHECK(run(1023, false).breakdown.compute == Approx(all.breakdown.compute).epsilon(1e-3));
  // Ulysses gives each rank a quarter of the heads of the same pairs.
  for (const double window : {32.0, 128.0, 400.0}) {
    const StepResult ring = run(window, false);
    s.plan.context = ContextKind::kUlysses;
    const StepResult heads = run(window, false);
    s.plan.context = ContextKind::kRing;
    INFO(window);
    CHECK(ring.breakdown.compute == Approx(heads.breakdown.compute).epsilon(0.02));
    CHECK(ring.breakdown.compute < all.breakdown.compute);
    CHECK(run(window, true).breakdown.cp_exposed <= ring.breakdown.cp_exposed);
  }
  CHECK(traffic(129) * 768 == Approx(traffic(0) * 2 * 128));
  double before = -1;
  for (const double window : {1.0, 2.0, 64.0, 129.0, 300.0, 700.0, 1024.0}) {
    const double sent = traffic(window);
    INFO(window);
    CHECK(sent >= before);
    CHECK(sent <= traffic(0) * (1 + 1e-12));
    before = sent;
  }
}

// Embedding and head are one matrix of 32,768 x 2048 on the first and the last of two stages: its gradients of 2 B go to the
// other and back over two NICs of neighbouring nodes. In a V both are on one rank, which keeps one.
TEST_CASE("tied embeddings on two stages add up their gradients", "[step][tied]") {
  StepParams s = SmallStep();
  s.plan.tp = 8;
  s.plan.pp = 2;
  s.plan.global_batch = 8;
  const auto run = [&](bool tied) {
    s.model.tied = tied;
    return StepModel(s, IdealMachine()).Evaluate();
  };
  const double bytes = 32768.0 * 2048 / 8 * s.framework.gradient_bytes;
  const StepResult apart = run(false), together = run(true);
  const double exchange = together.breakdown.dp_exposed - apart.breakdown.dp_exposed;
  CHECK(exchange > bytes / 50e9);
  CHECK(exchange < 1.5 * bytes / 50e9 + 50e-6);
  CHECK(together.memory.fullest.weights == apart.memory.fullest.weights);
  const compute::KernelModel kernels = IdealMachine();
  CHECK(TrafficOfStep(StepModel(s, kernels)).dp.sent == Approx(16 * bytes));
  s.plan.schedule = Schedule::kZbv;
  s.plan.virtual_stages = 2;
  const StepResult both = run(false), v = run(true);
  CHECK(v.breakdown.dp_exposed == both.breakdown.dp_exposed);
  CHECK(both.memory.fullest.weights - v.memory.fullest.weights == Approx(32768.0 * 2048 / 8 * s.framework.weight_bytes));
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
