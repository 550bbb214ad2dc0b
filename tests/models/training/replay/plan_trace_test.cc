#include <catch2/catch.hpp>

#include "models/training/replay/plan_trace.h"
#include "tests/models/training/machine.h"
#include "tests/models/training/replay/small_traces.h"

namespace headroom::training {
namespace {

/// Replayed over modelled step.
double Ratio(const StepParams& params) {
  const compute::KernelModel machine = IdealMachine();
  const StepModel model(params, machine);
  const PlanTrace plan(model);
  std::vector<RankTrace> traces;
  for (std::uint32_t r = 0; r < plan.ranks(); ++r) {
    traces.push_back(plan.Rank(r));
    traces.back().file = std::to_string(r);
  }
  ReplayGraphParams replay;
  replay.fabric = params.fabric;
  replay.groups = plan.groups();
  return Play(ReplayGraph(std::move(traces), replay)).results.makespan / model.Evaluate().step_time;
}

StepParams Plan(std::uint32_t tp, std::uint32_t pp, std::uint32_t dp) {
  StepParams s = SmallStep();
  s.plan.tp = tp;
  s.plan.pp = pp;
  s.plan.dp = dp;
  s.plan.global_batch = 16 * dp;
  return s;
}

// What the trace adds is the all-reduce of the gradients' norm; what it leaves out are fractions of
// a microsecond.
TEST_CASE("the trace of a plan replays to the plan's step", "[plan_trace]") {
  const auto near_one = [](const StepParams& s) {
    CHECK(Ratio(s) == Approx(1.0005).margin(0.0007));
  };
  near_one(Plan(1, 1, 1));
  near_one(Plan(1, 1, 8));
  near_one(Plan(2, 1, 1));
  near_one(Plan(2, 2, 2));
  StepParams s = Plan(2, 4, 2);
  s.plan.sequence_parallel = true;
  s.plan.zero = 1;
  near_one(s);
  s.plan.overlap = {false, true, true, true, true};
  near_one(s);
  s.plan.overlap.tp = true;
  near_one(s);
  s.plan.schedule = Schedule::kInterleaved1f1b;
  s.plan.virtual_stages = 2;
  near_one(s);
  s.plan.recompute = llm::Recompute::kFull;
  near_one(s);
}

TEST_CASE("every schedule that can run replays to its step", "[plan_trace]") {
  for (const Schedule schedule : {Schedule::kGpipe, Schedule::k1f1b, Schedule::kZeroBubble,
                                  Schedule::kZbv, Schedule::kVHalf, Schedule::kVMin}) {
    StepParams s = Plan(1, 4, 1);
    s.plan.schedule = schedule;
    s.plan.virtual_stages = RowOf(schedule).min_chunks;
    CHECK(Ratio(s) == Approx(1.0005).margin(0.0007));
  }
}

TEST_CASE("groups of a plan cover every rank once per kind", "[plan_trace]") {
  const compute::KernelModel machine = IdealMachine();
  const StepParams params = Plan(2, 2, 4);
  const StepModel model(params, machine);
  const PlanTrace plan(model);
  CHECK(plan.groups().size() == 8 + 4);
  std::vector<int> seen(16, 0);
  for (const auto& [name, ranks] : plan.groups())
    for (const std::uint32_t r : ranks) ++seen[r];
  CHECK(seen == std::vector<int>(16, 2));
  CHECK(plan.groups().at("1") == std::vector<std::uint32_t>{0, 1});
  CHECK(plan.groups().at("9") == std::vector<std::uint32_t>{0, 2, 4, 6});
}

}  // namespace
}  // namespace headroom::training
