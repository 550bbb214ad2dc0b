#include <catch2/catch.hpp>

#include "models/training/order_statistics.h"
#include "models/training/packing.h"
#include "models/training/step_model.h"
#include "tests/models/training/machine.h"

namespace headroom::training {
namespace {

TEST_CASE("the slowest of n by distribution", "[variation]") {
  CHECK(Variation{}.Slowest(1000) == 1);
  for (const Distribution d : {Distribution::kNormal, Distribution::kLognormal, Distribution::kExponential})
    CHECK(Variation{d, 0.1, 0}.Slowest(1) == Approx(1));
  // 1 + 1/2 + 1/3 + 1/4 = 25/12.
  CHECK(Variation{Distribution::kExponential, 0.12, 0}.Slowest(4) == Approx(1 + 0.12 * 13 / 12));
  // Half of the accelerators are slow: 3 of 4 pairs have one.
  CHECK(Variation{Distribution::kStragglers, 0.2, 0.5}.Slowest(2) == Approx(1.15));
  CHECK(Variation{Distribution::kStragglers, 0.2, 0.001}.Slowest(1e6) == Approx(1.2));
  // The expected largest of 100 normal deviates is 2.5076.
  CHECK(Variation{Distribution::kNormal, 0.01, 0}.Slowest(100) == Approx(1.025076).epsilon(1e-3));
  // The series joins the sum.
  CHECK(Variation{Distribution::kExponential, 1, 0}.Slowest(65) ==
        Approx(Variation{Distribution::kExponential, 1, 0}.Slowest(64) + 1.0 / 65).epsilon(1e-9));
}

TEST_CASE("jitter lengthens a step by the slowest accelerator's share", "[variation][step]") {
  const compute::KernelModel machine = IdealMachine();
  StepParams s = SmallStep();
  s.plan.dp = 2;
  const StepResult plain = StepModel(s, machine).Evaluate();
  s.plan.jitter = {Distribution::kStragglers, 0.2, 0.5};
  const StepResult slow = StepModel(s, machine).Evaluate();
  CHECK(slow.step_time == Approx(1.15 * plain.step_time));
  CHECK(slow.breakdown.sum() == Approx(slow.step_time).epsilon(1e-12));
}

// Mean 1000, deviation 1: a token sees 2000 tokens of its document on average.
TEST_CASE("documents cut attention and unbalance it", "[packing]") {
  const Packing p{1000, 1};
  CHECK(p.Length(8000) == 2000);
  CHECK(p.Length(1500) == 1500);
  CHECK(Packing{}.Length(8000) == 8000);
  CHECK(Packing{}.Slowest(8000, 4, 64, 1) == 1);
  // v = min(1, sqrt(15 / 8)) = 1; of two context ranks the later is 0.56 deviations late.
  CHECK(p.Slowest(8000, 2, 1, 1) == Approx(1.56).epsilon(0.02));
  CHECK(Packing{1000, 0}.Slowest(8000, 8, 64, 1) == 1);
  CHECK(p.Slowest(8000, 1, 64, 100) < p.Slowest(8000, 1, 64, 1));
}

TEST_CASE("packed documents take less attention than one of the sequence's length", "[packing]") {
  const compute::KernelModel machine = IdealMachine();
  StepParams s = SmallStep();
  const auto attention = [&] {
    return LayerCost(s, machine, 1).Layer(0).forward.kinds[size_t(compute::KernelKind::kPrefillAttention)];
  };
  const double whole = attention();
  s.plan.packing = {128, 0};
  CHECK(attention() < 0.25 * whole);
}

TEST_CASE("adapters leave weight gradients, reductions and optimizer to themselves", "[lora]") {
  const compute::KernelModel machine = IdealMachine();
  StepParams s = SmallStep();
  s.plan.dp = 2;
  s.plan.zero = 1;
  const StepModel all(s, machine);
  s.plan.adapter = {16, false};
  const StepModel lora(s, machine);
  // Beside qkv (2048 -> 6144) and the output (2048 -> 2048), rank 16: 16 x (8192 + 4096) a layer.
  CHECK(lora.parameters()[0].dense == Approx(16 * 16 * (8192 + 4096.0)));
  CHECK(lora.parameters()[0].frozen == all.parameters()[0].dense);
  const StepResult full = all.Evaluate(), part = lora.Evaluate();
  CHECK(part.breakdown.compute < 0.75 * full.breakdown.compute);
  CHECK(part.breakdown.compute > 0.6 * full.breakdown.compute);
  CHECK(part.breakdown.optimizer < 0.02 * full.breakdown.optimizer);
  CHECK(part.memory.fullest.weights > full.memory.fullest.weights);
  CHECK(part.memory.fullest.optimizer < 0.02 * full.memory.fullest.optimizer);
}

TEST_CASE("an optimizer on the host leaves device memory and waits for the link", "[offload]") {
  const compute::KernelModel machine = IdealMachine();
  StepParams s = SmallStep();
  s.plan.zero = 1;
  const StepModel model(s, machine);
  const double parameters = model.parameters()[0].dense;
  s.plan.offload.optimizer = Place::kHost;
  const StepResult host = StepModel(s, machine).Evaluate();
  CHECK(host.memory.fullest.optimizer == 0);
  CHECK(host.breakdown.optimizer == Approx(parameters * (4 / 55e9 + 30 / 40e9)));
  s.plan.offload.optimizer = Place::kNvme;
  CHECK(StepModel(s, machine).Evaluate().breakdown.optimizer ==
        Approx(parameters * (4 / 55e9 + 24 / 3e9)));
}

TEST_CASE("ulysses exchanges heads for sequence", "[ulysses]") {
  const compute::KernelModel machine = IdealMachine();
  StepParams s = SmallStep();
  s.plan.cp = 4;
  const StepResult ring = StepModel(s, machine).Evaluate();
  s.plan.context = ContextKind::kUlysses;
  const StepResult heads = StepModel(s, machine).Evaluate();
  CHECK(heads.breakdown.cp_exposed > 0);
  CHECK(heads.breakdown.compute == Approx(ring.breakdown.compute).epsilon(0.05));
  s.plan.cp = 32;
  s.plan.sequence = 4096;
  CHECK(Check(s.plan, s.model, 32).front().message ==
        "ulysses spreads heads over context ranks: tp 1 x cp 32 does not divide the 16 heads");
}

}  // namespace
}  // namespace headroom::training
