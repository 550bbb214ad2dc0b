#include <catch2/catch.hpp>

#include "models/training/data_parallel.h"
#include "models/training/layer_cost.h"
#include "models/training/memory.h"
#include "tests/models/training/machine.h"

namespace headroom::training {
namespace {

MemoryUse Use(const StepParams& s) { return StepModel(s, IdealMachine()).Evaluate().memory.fullest; }

// bf16, 1024 tokens of 16 layers of hidden h = 2048, plain feed-forward of 4h: an activation output is 8h B per token and
// layer, two norm outputs are 4h.
TEST_CASE("recomputed modules keep less, and need one module on top", "[memory]") {
  const StepParams whole = SmallStep();
  const double element = 1024 * 2048.0;  // one h of one layer
  StepParams s = whole;
  s.plan.again.activation = true;
  CHECK(Use(whole).activations - Use(s).activations == Approx(16 * 8 * element));
  CHECK(Use(s).transient - Use(whole).transient == Approx(8 * element));
  s = whole;
  s.plan.again.norm = true;
  CHECK(Use(whole).activations - Use(s).activations == Approx(16 * 4 * element));
  s = whole;
  s.plan.again.dense_ffn = true;
  CHECK(Use(whole).activations - Use(s).activations == Approx(16 * 16 * element));
  CHECK(StepModel(s, IdealMachine()).Evaluate().step_time > StepModel(whole, IdealMachine()).Evaluate().step_time);
}

// A frozen layer keeps no inputs of its products but those of the pairs, 3 B per element: 4h for norm inputs, 3h and 3h for
// the pairs, 6h q, k and v, 2h attention's output, 8h of the first product; of 4 + 4 + 6 + 2 + 16 = 32h when all is trained.
TEST_CASE("frozen layers keep what their pairs and their nonlinear parts read", "[memory][lora]") {
  const double element = 1024 * 2048.0;
  StepParams s = SmallStep();
  const MemoryUse trained = Use(s);
  s.plan.adapter = {16, false};
  const MemoryUse lora = Use(s);
  const double pairs = 2 * 2 * 16 / 2048.0;  // narrow products, in h
  CHECK(trained.activations - lora.activations == Approx(16 * (32 - 26 - pairs) * element).epsilon(1e-9));
  s.plan.adapter.feed_forward = true;
  CHECK(Use(s).activations > lora.activations);
  CHECK(lora.optimizer < 0.02 * trained.optimizer);
}

// An activation's input is 4h elements.
TEST_CASE("an activation's input kept in fp8 takes half", "[memory]") {
  StepParams s = SmallStep();
  const MemoryUse whole = Use(s);
  s.plan.activation_input_bytes = 1;
  CHECK(whole.activations - Use(s).activations == Approx(16 * 4 * 1024 * 2048.0));
}

TEST_CASE("full recompute of some layers costs and saves their share", "[memory]") {
  const compute::KernelModel machine = IdealMachine();
  StepParams s = SmallStep();
  const StepResult none = StepModel(s, machine).Evaluate();
  s.plan.recompute = llm::Recompute::kFull;
  const StepResult all = StepModel(s, machine).Evaluate();
  s.plan.recompute_layers = 4;
  const StepResult some = StepModel(s, machine).Evaluate();
  CHECK(some.breakdown.compute - none.breakdown.compute ==
        Approx((all.breakdown.compute - none.breakdown.compute) / 4).epsilon(1e-9));
  CHECK(none.memory.fullest.activations - some.memory.fullest.activations ==
        Approx((none.memory.fullest.activations - all.memory.fullest.activations) / 4).epsilon(1e-9));
  CHECK(some.hardware_flops - none.hardware_flops == Approx((all.hardware_flops - none.hardware_flops) / 4).epsilon(1e-9));
  s.plan.recompute_layers = 17;
  CHECK(Check(s.plan, s.model, 1).front().message == "17 of the 16 layers");
  s.plan.recompute = llm::Recompute::kNone;
  CHECK(Check(s.plan, s.model, 1).front().message == "recompute_layers is 17; recompute is none, not full");
}

// The last product of a layer of h = 2048 is 1024 x 2048 x 8192: 3.436e10 FLOP at 1e15 FLOP/s, in 16 layers of 4 micro-batches.
TEST_CASE("a compiler leaves out of recompute what nothing reads", "[recompute]") {
  const compute::KernelModel machine = IdealMachine();
  StepParams s = SmallStep();
  s.plan.recompute = llm::Recompute::kFull;
  const StepResult all = StepModel(s, machine).Evaluate();
  s.framework.compiled = true;
  const StepResult read = StepModel(s, machine).Evaluate();
  const double flops = 2.0 * 1024 * 2048 * 8192 * 16 * 4;
  CHECK(all.hardware_flops - read.hardware_flops == Approx(flops));
  CHECK(all.breakdown.compute - read.breakdown.compute == Approx(flops / 1e15).epsilon(0.05));
}

// 32 B per element of 1024 tokens of h = 2048 are 67.1 MB a layer and micro-batch; at 1 GB/s a pass over a layer takes 67.1 ms
// each way, however quick the accelerator is.
TEST_CASE("activations on the host leave the device and wait for the link", "[offload]") {
  const compute::KernelModel machine = IdealMachine();
  StepParams s = SmallStep();
  const StepResult device = StepModel(s, machine).Evaluate();
  const double bytes = 32.0 * 1024 * 2048;
  s.plan.offload.activations = Place::kHost;
  s.plan.offload.link = 1e15;
  const StepResult quick = StepModel(s, machine).Evaluate();
  CHECK(quick.step_time == Approx(device.step_time).epsilon(1e-12));
  CHECK(device.memory.fullest.activations - quick.memory.fullest.activations == Approx(16 * bytes));
  CHECK(quick.memory.fullest.transient - device.memory.fullest.transient == Approx(2 * bytes));
  s.plan.offload.link = 1e9;
  const StepResult slow = StepModel(s, machine).Evaluate();
  const PassTimes layer = LayerCost(SmallStep(), machine, 1).Layer(0);
  const double passes = layer.forward.total() + layer.backward.total() + layer.weight.total();
  CHECK(slow.step_time - device.step_time == Approx(4 * 16 * (2 * bytes / 1e9 - passes)).epsilon(1e-9));
  CHECK(slow.breakdown.stall - device.breakdown.stall == Approx(slow.step_time - device.step_time));
  s.plan.offload.activation_layers = 4;
  CHECK(device.memory.fullest.activations - StepModel(s, machine).Evaluate().memory.fullest.activations == Approx(4 * bytes));
  s.plan.offload.activations = Place::kDevice;
  CHECK(Check(s.plan, s.model, 1).front().message == "4 layers, but activations stay on the device");
  s.plan.offload.activations = Place::kNvme;
  CHECK(Check(s.plan, s.model, 1).front().message == "activations go to the host, not to nvme");
}

TEST_CASE("sharding inside replicas keeps gathers in a domain and sums between them", "[replicas]") {
  const compute::KernelModel machine = IdealMachine();
  StepParams s = SmallStep();
  s.plan.dp = 16;
  s.plan.global_batch = 64;
  s.plan.zero = 1;
  const auto traffic = [&] { return TrafficOf(s, StepModel(s, machine).parameters()); };
  const auto use = [&] { return StepModel(s, machine).Evaluate().memory.fullest; };
  const ReplicaTraffic one = traffic();
  const MemoryUse sharded = use();
  s.plan.replicas = 2;  // eight ranks of a domain each
  const ReplicaTraffic two = traffic();
  CHECK(use().optimizer == Approx(2 * sharded.optimizer));
  CHECK(two.gather[0] < one.gather[0]);
  // A rank of eight holds an eighth of the gradients, which cross its NIC once each way.
  const double eighth = 2 * StepModel(s, machine).parameters()[0].dense / 8;
  CHECK(two.reduce[0] > eighth / 50e9);
  // Nothing is sharded inside sixteen replicas: as without ZeRO.
  s.plan.replicas = 16;
  const ReplicaTraffic all = traffic();
  const MemoryUse copies = use();
  s.plan.replicas = 1;
  s.plan.zero = 0;
  CHECK(all.reduce[0] == Approx(traffic().reduce[0]).epsilon(1e-12));
  CHECK(all.gather[0] == 0);
  CHECK(copies.optimizer == Approx(use().optimizer));
  s.plan.replicas = 2;
  CHECK(Check(s.plan, s.model, 16).front().message == "replicas is 2; without zero nothing is sharded inside them");
  s.plan.zero = 3;
  CHECK(traffic().reduce[0] > 0);  // of shards between replicas; the rest is in the layers
  s.plan.replicas = 3;
  CHECK(Check(s.plan, s.model, 16).front().message == "replicas 3 does not divide dp 16 x cp 1");
}

// 12 h^2 frozen parameters of a layer, read and written once more in a byte each at 1 TB/s.
TEST_CASE("a frozen weight kept once is transposed where products need it", "[lora]") {
  catalog::Accelerator chip = IdealAccelerator();
  chip.mutable_peak()->set_fp8(2e15);
  chip.mutable_memory()->set_bandwidth(1e12);
  catalog::Kernels kernels = IdealKernels();
  *kernels.add_gemm() = kernels.gemm(0);
  kernels.mutable_gemm(1)->set_precision("fp8");
  kernels.mutable_gemm(1)->set_training_derate(0.8);
  StepParams s = SmallStep();
  s.plan.precision = compute::Precision::kFp8;
  s.framework = FrameworkFor(s.plan.precision);
  s.plan.adapter = {16, false};
  const auto backward = [&] {
    const compute::KernelModel machine(chip, kernels);
    CHECK(machine.training_gemm_derate(compute::Precision::kFp8) == 0.8);
    CHECK(machine.training_gemm_derate(compute::Precision::kBf16) == 1);
    return LayerCost(s, machine, 1).Layer(0).backward.compute;
  };
  const double once = backward();
  kernels.mutable_gemm(1)->set_transposed(true);
  CHECK(backward() - once == Approx(2 * 12 * 2048.0 * 2048 / 1e12));
}

TEST_CASE("a kind of kernel with a lower clock takes longer and draws less", "[clock]") {
  StepParams s = SmallStep();
  const StepResult full = StepModel(s, IdealMachine()).Evaluate();
  s.clocks.gemm = 0.8;
  const StepResult slow = StepModel(s, IdealMachine()).Evaluate();
  // Nearly all of the step is products and attention.
  CHECK(slow.breakdown.compute > full.breakdown.compute);
  CHECK(slow.breakdown.compute < full.breakdown.compute / 0.8 * (1 + 1e-9));
  CHECK(slow.mean_watts < full.mean_watts);
  CHECK(slow.mean_watts * slow.step_time < full.mean_watts * full.step_time);
  s.clocks.attention = 0.8;
  const StepResult both = StepModel(s, IdealMachine()).Evaluate();
  CHECK(both.breakdown.compute == Approx(full.breakdown.compute / 0.8).epsilon(1e-6));
  // Undervolted by 10 %, the part on the clock, 0.85 of products' energy above idle, falls by 19 %: no time changes.
  s = SmallStep();
  s.voltages = {0.9, 0.9, 1, 1};
  const StepResult low = StepModel(s, IdealMachine()).Evaluate();
  CHECK(low.step_time == full.step_time);
  const double idle = s.tdp * s.power.idle * full.step_time;
  const double above = full.mean_watts * full.step_time - idle;
  CHECK(low.mean_watts * low.step_time - idle < above * (1 - 0.18 * 0.85));
  CHECK(low.mean_watts * low.step_time - idle >= above * (1 - 0.19 * 0.85));
  // Memory's clock changes no time.
  s = SmallStep();
  s.clocks.memory = 0.5;
  CHECK(StepModel(s, IdealMachine()).Evaluate().step_time == full.step_time);
}

}  // namespace
}  // namespace headroom::training
