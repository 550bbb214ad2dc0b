#include <catch2/catch.hpp>

#include "models/training/step_traffic.h"
#include "models/training/training_job.h"
#include "tests/models/training/machine.h"

namespace headroom::training {
namespace {

/// 16 accelerators in two nodes.
StepParams TwoNodes(std::uint32_t tp, std::uint32_t pp, std::uint32_t dp) {
  StepParams s = SmallStep();
  s.plan.tp = tp;
  s.plan.pp = pp;
  s.plan.dp = dp;
  s.plan.global_batch = 16;
  return s;
}

StepTraffic Of(const StepParams& params) {
  const compute::KernelModel kernels = IdealMachine();
  return TrafficOfStep(StepModel(params, kernels));
}

}  // namespace

TEST_CASE("traffic of a step by hand", "[training][traffic]") {
  SECTION("data parallel: gradients once a step") {
    const StepParams s = TwoNodes(1, 1, 16);
    const compute::KernelModel kernels = IdealMachine();
    const StepModel model(s, kernels);
    const StepTraffic t = TrafficOfStep(model);
    const double gradient = model.parameters()[0].dense * s.framework.gradient_bytes;
    // Each of 16 sends 2 (1 - 1/2) / 8 of the gradient to the other node, 2 (1 - 1/8) within its own.
    CHECK(t.dp.sent == Approx(16 * gradient / 8));
    CHECK(t.dp.scale_up == Approx(16 * gradient * 1.75));
    CHECK(t.dp.received == t.dp.sent);
    CHECK(t.tp.empty());
    CHECK(t.pp.empty());
    CHECK(t.total().sent == t.dp.sent);
  }
  SECTION("tensor parallel: two reductions in each layer and pass, and those of the ends") {
    const StepTraffic t = Of(TwoNodes(8, 1, 2));
    // 16 sequences of 1024 tokens of 2048 bf16 elements; 16 layers x 4 and two of the ends, 2 (1 - 1/8) by each of 8.
    const double bytes = 16 * 1024.0 * 2048 * 2;
    CHECK(t.tp.scale_up == Approx(bytes * (16 * 4 + 2) * 2 * 7.0 / 8 * 8));
    CHECK(t.tp.sent == 0);
  }
  SECTION("pipeline: the boundary once forward and once back") {
    const StepTraffic t = Of(TwoNodes(8, 2, 1));
    CHECK(t.pp.sent == Approx(2 * 16 * 1024.0 * 2048 * 2));
    CHECK(t.pp.scale_up == 0);
    CHECK(t.dp.empty());
  }
  SECTION("full recompute sends the forward pass again") {
    StepParams s = TwoNodes(8, 1, 2);
    const double once = Of(s).tp.scale_up;
    s.plan.recompute = llm::Recompute::kFull;
    CHECK(Of(s).tp.scale_up / once == Approx((16 * 6 + 2.0) / (16 * 4 + 2)));
  }
}

TEST_CASE("a job's ports carry what its steps send, at any clock", "[training][traffic]") {
  const StepParams s = TwoNodes(8, 1, 2);
  const compute::KernelModel kernels = IdealMachine();
  const StepModel model(s, kernels);
  const network::Traffic step = TrafficOfStep(model).total();
  power::LoadPort a, b;
  a.accelerators = 12;
  b.accelerators = 4;
  Engine engine;
  TrainingJobParams params;
  params.steps = 10;
  params.parts = {{&a, 12}, {&b, 4}};
  TrainingJob job(engine, model, params, {});
  job.Start();
  engine.At(Instant::FromSeconds(2.5 * model.Evaluate().step_time), Phase::kDecision, [&] { b.clock.Set(engine.now(), 0.5); });
  engine.Run(Instant::FromSeconds(1e4));
  CHECK(job.Results().steps == 10);
  CHECK(a.links.sent + b.links.sent == Approx(10 * step.sent).epsilon(1e-6));
  CHECK(a.links.scale_up == Approx(3 * b.links.scale_up));
  CHECK(job.sent().total().sent == Approx(a.links.sent + b.links.sent));
}

}  // namespace headroom::training
