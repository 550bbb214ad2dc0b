#include <catch2/catch.hpp>

#include "models/training/collective_job.h"
#include "models/training/training_job.h"
#include "tests/models/training/machine.h"

namespace headroom::training {
namespace {

power::LoadPort Port(const char* name, std::uint32_t n) {
  power::LoadPort p;
  p.name = name;
  p.accelerators = n;
  return p;
}

TEST_CASE("a job of ten steps ends after ten steps and meters what it drew", "[job]") {
  const compute::KernelModel machine = IdealMachine();
  const StepModel model(SmallStep(), machine);
  const StepResult step = model.Evaluate();
  Engine engine;
  power::LoadPort port = Port("a", 4);
  double ended = -1;
  TrainingJob job(engine, model, {"pretrain", 10, {{&port, 1}}},
                  [&] { ended = engine.now().seconds(); });
  job.Start();
  engine.RunAll();
  CHECK(ended == Approx(10 * step.step_time).epsilon(1e-8));
  const TrainingResults r = job.Results();
  CHECK(r.steps == 10);
  CHECK(r.tokens == 10 * 4096);
  CHECK(r.step_time == Approx(step.step_time));
  CHECK(r.breakdown.sum() == Approx(r.step_time).epsilon(1e-9));
  CHECK(r.goodput == Approx(1.0));
  CHECK(port.energy.total() == Approx(step.mean_watts * ended));
  CHECK(port.held.total() == Approx(ended));
  CHECK(port.busy.total() <= port.held.total());
  CHECK(engine.events_run() <= 2);
}

TEST_CASE("settling often changes nothing", "[job][property]") {
  const compute::KernelModel machine = IdealMachine();
  const StepModel model(SmallStep(), machine);
  const double t = model.Evaluate().step_time;
  const auto run = [&](int settles) {
    Engine engine;
    power::LoadPort port = Port("a", 1);
    TrainingJob job(engine, model, {"pretrain", 7, {{&port, 1}}});
    job.Start();
    for (int i = 1; i <= settles; ++i) {
      engine.At(Instant::FromSeconds(7 * t * i / (settles + 1)), Phase::kCouple,
                [&] { job.Settle(engine.now()); });
    }
    engine.RunAll();
    const TrainingResults r = job.Results();
    return std::tuple(r.steps, r.step_time, port.energy.total(), r.productive_seconds);
  };
  const auto plain = run(0), fine = run(1000);
  CHECK(std::get<0>(plain) == std::get<0>(fine));
  CHECK(std::get<1>(plain) == Approx(std::get<1>(fine)).epsilon(1e-9));
  CHECK(std::get<2>(plain) == Approx(std::get<2>(fine)).epsilon(1e-9));
  CHECK(std::get<3>(plain) == Approx(std::get<3>(fine)).epsilon(1e-9));
}

// A pace of a half stretches the step at the power that it has; told phases stretch with it.
TEST_CASE("a job goes at the least pace of its ports, at full power", "[job]") {
  const compute::KernelModel machine = IdealMachine();
  const StepModel model(SmallStep(), machine);
  const StepResult step = model.Evaluate();
  Engine engine;
  power::LoadPort one = Port("a", 1), two = Port("b", 1);
  two.wants_phases = true;
  double ended = 0;
  TrainingJob job(engine, model, {"pretrain", 4, {{&one, 1}, {&two, 1}}},
                  [&] { ended = engine.now().seconds(); });
  job.Start();
  engine.At(Instant::FromSeconds(2 * step.step_time), Phase::kDecision,
            [&] { two.pace.Set(engine.now(), 0.5); });
  engine.RunAll();
  CHECK(ended == Approx(6 * step.step_time).epsilon(1e-6));
  CHECK(job.Results().steps == 4);
  CHECK(job.steps().back().breakdown.sum() == Approx(2 * step.step_time).epsilon(1e-6));
  CHECK(one.energy.total() == Approx(step.mean_watts * ended).epsilon(1e-6));
  double told = 0, joules = 0;
  for (const power::LoadPhase& p : two.feeds.at(0).phases) {
    told += p.seconds;
    joules += p.seconds * p.watts;
  }
  CHECK(told == Approx(ended).epsilon(1e-6));
  CHECK(joules == Approx(two.energy.total()).epsilon(1e-6));
}

// The clock halves in the middle of the second step: half of it at full clock, half at the slower
// pace.
TEST_CASE("a step keeps its share when the clock changes", "[job]") {
  const compute::KernelModel machine = IdealMachine();
  const StepModel model(SmallStep(), machine);
  const double fast = model.Evaluate().step_time, slow = model.Evaluate(0.5).step_time;
  Engine engine;
  power::LoadPort one = Port("a", 1), two = Port("b", 1);
  double ended = 0;
  TrainingJob job(engine, model, {"pretrain", 3, {{&one, 1}, {&two, 1}}},
                  [&] { ended = engine.now().seconds(); });
  job.Start();
  engine.At(Instant::FromSeconds(1.5 * fast), Phase::kDecision,
            [&] { two.clock.Set(engine.now(), 0.5); });
  engine.RunAll();
  CHECK(ended == Approx(1.5 * fast + 1.5 * slow).epsilon(1e-6));
  REQUIRE(job.steps().size() == 3);
  CHECK(job.steps()[1].duration == Approx(0.5 * (fast + slow)).epsilon(1e-6));
  CHECK(job.steps()[1].breakdown.sum() == Approx(job.steps()[1].duration).epsilon(1e-6));
  CHECK(job.steps()[2].start == Approx(1.5 * fast + 0.5 * slow).epsilon(1e-6));
  CHECK(job.Results().step_time == Approx(0.5 * (fast + slow)).epsilon(1e-6));
}

TEST_CASE("without a number of steps a job goes on to the end of the run", "[job]") {
  const compute::KernelModel machine = IdealMachine();
  const StepModel model(SmallStep(), machine);
  const double t = model.Evaluate().step_time;
  Engine engine;
  power::LoadPort port = Port("a", 1);
  TrainingJob job(engine, model, {"pretrain", 0, {{&port, 1}}});
  job.Start();
  const Instant end = Instant::FromSeconds(1e6 * t + 0.5 * t);
  engine.Run(end);
  job.Settle(end);
  CHECK(job.running());
  CHECK(job.Results().steps == Approx(1e6).margin(1));
  CHECK(job.steps().size() == 1);
}

TEST_CASE("a collective benchmark runs every size and its accelerators draw power",
          "[job][collective]") {
  Engine engine;
  power::LoadPort port = Port("a", 8);
  CollectiveJobParams p;
  p.name = "bench";
  p.fabric.scale_up = {network::ScaleUpShape::kSwitch, 8, 450e9, 1e-6, 0.82, true, 0.61};
  p.fabric.scale_out.nic = 50e9;
  p.group = network::MakeGroup(p.fabric, 8, 1);
  p.sizes = {1e6, 1e9};
  p.repeat = 3;
  p.watts = 250;
  p.parts = {{&port, 8}};
  bool ended = false;
  CollectiveJob job(engine, p, [&] { ended = true; });
  job.Start();
  engine.RunAll();
  CHECK(ended);
  REQUIRE(job.runs().size() == 2);
  CHECK(job.runs()[1].start == Approx(3 * job.runs()[0].cost.seconds));
  const double length = 3 * (job.runs()[0].cost.seconds + job.runs()[1].cost.seconds);
  CHECK(port.energy.total() == Approx(8 * 250 * length).epsilon(1e-4));
}

}  // namespace
}  // namespace headroom::training
