#include <catch2/catch.hpp>

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
