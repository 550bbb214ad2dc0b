#include <catch2/catch.hpp>
#include <cmath>
#include <memory>
#include <vector>

#include "models/failure/checkpoint_interval.h"
#include "tests/models/training/recovery_bench.h"

namespace headroom::training {
namespace {

TEST_CASE("a synchronous checkpoint stops training until it is written", "[recovery]") {
  Bench b;
  b.params.steps = 100;
  b.Save(10 * b.t, 2, false);  // ten steps of work, two seconds of writing
  const TrainingResults r = b.Run(1e6);
  CHECK(r.checkpoints == 9);  // none at the end
  CHECK(b.ended == Approx(100 * b.t + 18).epsilon(1e-7));
  CHECK(r.goodput == Approx(100 * b.t / (100 * b.t + 18)).epsilon(1e-7));
  CHECK(r.lost.checkpoint == Approx(18));
  CHECK(r.steps == 100);
  CHECK(b.port.energy.total() == Approx(4 * (100 * b.t * b.step.mean_watts + 18 * 100)).epsilon(1e-7));
  CHECK(b.port.busy.total() == Approx(4 * 100 * b.t * b.step.busy_share).epsilon(1e-7));
}

TEST_CASE("an asynchronous checkpoint stops training for the copy only", "[recovery]") {
  Bench b;
  b.params.steps = 100;
  b.Save(10 * b.t + 0.5, 2, true);
  const TrainingResults r = b.Run(1e6);
  CHECK(r.lost.checkpoint == Approx(0.5 * std::round(r.lost.checkpoint / 0.5)));
  CHECK(r.lost.checkpoint > 0.4);
  CHECK(b.ended == Approx(100 * b.t + r.lost.checkpoint).epsilon(1e-7));
}

// Checkpoint after 10 steps (2 s), software fault 4.5 steps after it: 4.5 steps undone, 3 s detection, 7 s restart, 2 s
// reading.
TEST_CASE("a fault takes the job back to its last checkpoint", "[recovery]") {
  Bench b;
  b.params.steps = 20;
  b.Save(10 * b.t, 2, false);
  b.Fail({{14.5 * b.t + 2, 0, 0}});
  const TrainingResults r = b.Run(1e6);
  CHECK(r.failures == 1);
  CHECK(r.lost.redone == Approx(4.5 * b.t).epsilon(1e-6));
  CHECK(r.lost.detection == Approx(3));
  CHECK(r.lost.restart == Approx(7));
  CHECK(r.lost.loading == Approx(2));
  CHECK(r.lost.waiting == 0);
  CHECK(b.job->undone() == Approx(4.5).epsilon(1e-6));
  CHECK(r.steps == 20);
  CHECK(b.ended == Approx(24.5 * b.t + 2 + 12).epsilon(1e-6));
  CHECK(r.goodput == Approx(20 * b.t / b.ended).epsilon(1e-6));
  std::uint64_t next = 0;
  double end = 0;
  for (const StepRun& run : b.job->steps()) {
    CHECK(run.first_index == next);
    CHECK(run.start >= end - 1e-9);
    next += run.count;
    end = run.start + run.duration * static_cast<double>(run.count);
  }
  CHECK(next == 20);
  REQUIRE(b.job->events().size() == 2);
  CHECK(b.job->events()[0].kind == "failure");
  CHECK(b.job->events()[1].time == Approx(14.5 * b.t + 14).epsilon(1e-6));
}

TEST_CASE("a fault while the checkpoint is written wastes it", "[recovery]") {
  Bench b;
  b.params.steps = 20;
  b.Save(10 * b.t, 2, false);
  b.Fail({{10 * b.t + 1.5, 0, 0}});
  const TrainingResults r = b.Run(1e6);
  CHECK(r.lost.redone == Approx(10 * b.t).epsilon(1e-6));
  CHECK(r.lost.loading == 0);
  CHECK(r.checkpoints == 1);
  CHECK(r.lost.checkpoint == Approx(3.5));
}

TEST_CASE("without a spare the job waits for repair, and the lost node is not held", "[recovery]") {
  Bench with(1), without(0);
  for (Bench* b : {&with, &without}) {
    b->params.steps = 10;
    b->Fail({{2 * b->t, 1, 2}});
    b->Run(1e6);
  }
  CHECK(with.job->Results().lost.waiting == 0);
  const double repair = RandomStream(3, "repair").Exponential(1000);
  CHECK(without.job->Results().lost.waiting == Approx(repair));
  CHECK(with.port.held.total() == Approx(4 * with.ended - 3));  // one accelerator, 3 s of detection
  CHECK(without.port.held.total() == Approx(4 * without.ended - 3 - repair));
  CHECK(without.job->held_seconds() == Approx(without.port.held.total()));
  const double training = 4 * 12 * without.t * without.step.mean_watts;
  CHECK(without.port.energy.total() == Approx(training + 100 * (3 * (3 + repair) + 4 * 7)).epsilon(1e-6));
  CHECK(without.port.energy.total() == Approx(without.job->energy()));
}

TEST_CASE("a fault during recovery starts it over", "[recovery]") {
  Bench b;
  b.params.steps = 10;
  b.Fail({{b.t, 0, 0}, {5, 0, 0}});  // 5 s later: 2 s into the restart
  const TrainingResults r = b.Run(1e6);
  CHECK(r.failures == 2);
  CHECK(r.lost.detection == Approx(6));
  CHECK(r.lost.restart == Approx(9));
  CHECK(b.ended == Approx(11 * b.t + 15).epsilon(1e-6));
}

// Two nodes of a rack are gone for 500 s from detection on; the spare does not help, and stays.
TEST_CASE("a fault of a domain takes its nodes until they are repaired", "[recovery][domain]") {
  Bench b(1);
  b.params.steps = 10;
  b.Fail({{2 * b.t, 1, 1, 2, 500.0}});
  b.Run(1e6);
  CHECK(b.job->Results().lost.waiting == Approx(500));
  CHECK(b.port.held.total() == Approx(4 * b.ended - 2 * (3 + 500)));
  CHECK(b.nodes.ready() == 1);
  CHECK(b.job->Results().failures == 1);
}

TEST_CASE("slow data stretches every step", "[recovery]") {
  Bench b;
  b.params.steps = 10;
  b.params.data_seconds = 4 * b.t;
  const TrainingResults r = b.Run(1e6);
  CHECK(r.step_time == Approx(4 * b.t));
  CHECK(r.breakdown.data == Approx(3 * b.t));
  CHECK(r.goodput == Approx(0.25).epsilon(1e-6));
  CHECK(b.port.energy.total() == Approx(4 * 10 * b.t * (b.step.mean_watts + 3 * 100)).epsilon(1e-6));
}

TEST_CASE("settling often changes nothing with faults and checkpoints", "[recovery][property]") {
  const auto run = [](int settles) {
    Bench b;
    b.Save(20, 2, true);
    b.Fail({{50, 1, 1}, {33, 0, 0}, {8, 1, 3}, {70, 0, 0}});
    for (int i = 1; i <= settles; ++i)
      b.engine.At(Instant::FromSeconds(300.0 * i / (settles + 1)), Phase::kCouple,
                  [&b] { b.job->Settle(b.engine.now()); });
    const TrainingResults r = b.Run(300);
    return std::tuple(r.steps, r.productive_seconds, b.port.energy.total(), r.lost.redone, b.port.held.total());
  };
  const auto plain = run(0), fine = run(1000);
  CHECK(std::get<0>(plain) == std::get<0>(fine));
  CHECK(std::get<1>(plain) == Approx(std::get<1>(fine)).epsilon(1e-7));
  CHECK(std::get<2>(plain) == Approx(std::get<2>(fine)).epsilon(1e-7));
  CHECK(std::get<3>(plain) == Approx(std::get<3>(fine)).epsilon(1e-7));
  CHECK(std::get<4>(plain) == Approx(std::get<4>(fine)).epsilon(1e-7));
}

}  // namespace
}  // namespace headroom::training
