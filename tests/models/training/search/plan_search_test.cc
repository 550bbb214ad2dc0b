#include "models/training/search/plan_search.h"

#include <catch2/catch.hpp>

#include "models/training/search/nearest_plan.h"
#include "tests/models/training/machine.h"

namespace headroom::training {
namespace {

StepParams Sixteen() {
  StepParams s = SmallStep();
  s.plan.dp = 16;
  s.plan.global_batch = 64;
  s.plan.overlap.grad_reduce = true;
  s.memory_capacity = 12e9;
  return s;
}

SearchOptions Options() {
  SearchOptions o;
  o.space.accelerators = {16};
  o.prices = {2.0 / 3600, 2e-8};
  return o;
}

JudgedPlan Judge(const StepParams& params, const compute::KernelModel& machine,
                 const ParallelPlan& plan, const SearchOptions& o) {
  StepParams s = params;
  s.plan = plan;
  JudgedPlan out;
  out.plan = plan;
  out.step = StepModel(s, machine).Evaluate();
  const double n = plan.accelerators(), joules = out.step.mean_watts * out.step.step_time;
  out.figures = {out.step.step_time, out.step.memory.fullest.total(), n * joules,
                 n * (o.prices.accelerator_second * out.step.step_time + o.prices.joule * joules)};
  out.power = n * out.step.mean_watts;
  return out;
}

std::vector<JudgedPlan> All(const StepParams& params, const compute::KernelModel& machine,
                            const SearchOptions& o) {
  std::vector<JudgedPlan> out;
  for (const PlanFamily& f : FamiliesOf(o.space, params.plan, params.model, true))
    for (const ParallelPlan& p : PlansOf(o.space, f, params.model))
      out.push_back(Judge(params, machine, p, o));
  return out;
}

TEST_CASE("the front is that of evaluating every plan", "[search][property]") {
  const compute::KernelModel machine = IdealMachine();
  const StepParams params = Sixteen();
  SearchOptions o = Options();
  const std::vector<JudgedPlan> all = All(params, machine, o);
  REQUIRE(all.size() > 300);
  double best = 1e300, most_power = 0;
  for (const JudgedPlan& p : all) {
    if (p.step.memory.fits) best = std::min(best, p.step.step_time);
    most_power = std::max(most_power, p.power);
  }
  for (const double power : {most_power, 0.93 * most_power}) {
    o.limits.power = power;
    const SearchResult r = SearchPlans(params, machine, o);
    CHECK(r.counts.plans == all.size());
    CHECK(r.counts.bounded + r.counts.evaluated <= all.size());
    REQUIRE(!r.front.empty());
    CHECK(r.counts.evaluated < all.size() / 2);
    if (power == most_power) CHECK(r.front[0].step.step_time == best);
    for (const JudgedPlan& p : r.front) {
      CHECK(p.power <= power);
      CHECK(p.step.memory.fits);
      CHECK(p.figures.step_time <= r.front[0].figures.step_time / (1 - o.within));
    }
    int judged = 0;
    for (const JudgedPlan& p : all) {
      if (!p.step.memory.fits || p.power > power) continue;
      if (p.step.step_time > r.front[0].step.step_time / (1 - o.within)) continue;
      ++judged;
      CHECK(std::any_of(r.front.begin(), r.front.end(), [&](const JudgedPlan& kept) {
        return Covers(kept.figures, p.figures, o.tolerance);
      }));
    }
    CHECK(judged > 10);
  }
}

TEST_CASE("the answer does not depend on the number of threads", "[search][determinism]") {
  const compute::KernelModel machine = IdealMachine();
  const StepParams params = Sixteen();
  SearchOptions o = Options();
  const SearchResult one = SearchPlans(params, machine, o);
  o.threads = 3;
  const SearchResult three = SearchPlans(params, machine, o);
  REQUIRE(one.front.size() == three.front.size());
  for (std::size_t i = 0; i < one.front.size(); ++i) {
    CHECK(one.front[i].figures.step_time == three.front[i].figures.step_time);
    CHECK(one.front[i].figures.memory == three.front[i].figures.memory);
    CHECK(DifferenceText(one.front[i].plan, three.front[i].plan).empty());
  }
  CHECK(one.counts.evaluated == three.counts.evaluated);
  CHECK(one.counts.bounded == three.counts.bounded);
}

TEST_CASE("limits of time and memory refuse, an interruption is said", "[search]") {
  const compute::KernelModel machine = IdealMachine();
  SearchOptions o = Options();
  o.limits.step_time = 1e-6;
  const SearchResult slow = SearchPlans(Sixteen(), machine, o);
  CHECK(slow.front.empty());
  CHECK(slow.counts.step_time + slow.counts.memory == slow.counts.plans);
  o = Options();
  o.limits.memory = 1e6;
  CHECK(SearchPlans(Sixteen(), machine, o).counts.memory == slow.counts.plans);
  o = Options();
  o.watch = [](double) { return false; };
  CHECK(SearchPlans(Sixteen(), machine, o).interrupted);
}

TEST_CASE("several counts of accelerators are compared", "[search]") {
  const compute::KernelModel machine = IdealMachine();
  SearchOptions o = Options();
  o.space.accelerators = {8, 16};
  o.within = 0.9;
  const SearchResult r = SearchPlans(Sixteen(), machine, o);
  REQUIRE(!r.front.empty());
  // Twice the accelerators are faster; half of them cost less.
  CHECK(r.front.front().plan.accelerators() == 16);
  CHECK(std::any_of(r.front.begin(), r.front.end(), [&](const JudgedPlan& p) {
    return p.plan.accelerators() == 8 && p.figures.dollars < r.front.front().figures.dollars;
  }));
}

TEST_CASE("the nearest plan that fits is named", "[search]") {
  const compute::KernelModel machine = IdealMachine();
  StepParams s = SmallStep();
  s.plan.micro_batch = 2;
  const double needs = StepModel(s, machine).Evaluate().memory.fullest.total();
  s.memory_capacity = 0.98 * needs / s.memory_usable;
  REQUIRE(!StepModel(s, machine).Evaluate().memory.fits);
  const auto nearest = NearestFittingPlan(s, machine);
  REQUIRE(nearest);
  // One accelerator can halve its micro-batch or recompute; the former is quicker.
  CHECK(DifferenceText(s.plan, *nearest) == "micro_batch 1");
  s.memory_capacity = 1e6;
  CHECK(!NearestFittingPlan(s, machine));
}

}  // namespace
}  // namespace headroom::training
