#include <catch2/catch.hpp>
#include <cmath>

#include "models/catalog/library.h"
#include "models/failure/checkpoint_interval.h"
#include "models/training/training_job.h"
#include "tests/models/training/machine.h"

namespace headroom::training {
namespace {

constexpr double kDay = 86400;

struct Case {
  std::uint32_t accelerators = 16384;
  double every = 600, write = 10.6, days = 54;
  std::uint64_t seed = 1;
  bool hardware = true;
};

/// Synchronous checkpoints under the failures of Llama 3, with 16 spare servers of eight and repair in 4 h.
TrainingResults Study(const Case& c, double detection, double restart, double data_seconds = 3) {
  const compute::KernelModel machine = IdealMachine();
  const StepModel model(SmallStep(), machine);
  Engine engine;
  storage::StoreService store(engine, {"s", 1e30, 500e9, 500e9, 1e30, 1e30, 0, 1e30});
  failure::NodePool nodes(engine, 16, 4 * 3600, c.seed, "repair");
  const catalog::Library library;
  failure::FailureProfile profile = failure::ProfileOf(library.failures("llama-3"));
  profile.detection = detection;
  profile.restart = restart;
  if (!c.hardware)
    for (failure::Cause& cause : profile.causes) cause.takes_node = false;
  failure::Interruptions stream(profile, c.accelerators, c.seed, "failures");
  power::LoadPort port;
  port.accelerators = c.accelerators;
  TrainingJobParams p;
  p.name = "pretrain";
  p.parts = {{&port, c.accelerators}};
  p.data_seconds = data_seconds;  // stands for the length of a step
  p.checkpoint = {&store, c.every, false, 0, {storage::Direction::kWrite, c.write * 500e9, 1, 1e30, 0},
                  {storage::Direction::kRead, 5.3e12, 1, 1e30, 0}};
  p.faults.next = [&stream] { return stream.Next(); };
  p.faults.profile = profile;
  p.faults.nodes = &nodes;
  p.faults.accelerators_per_node = 8;
  TrainingJob job(engine, model, p);
  job.Start();
  const Instant end = Instant::FromSeconds(c.days * kDay);
  engine.Run(end);
  job.Settle(end);
  return job.Results();
}

/// Data stands for the step here, so what counts is elapsed less what stops and undoes it.
double Effective(const TrainingResults& r) {
  return 1 - (r.lost.total() - r.lost.data) / r.elapsed_seconds;
}

// Checkpoint every 10 min in 10.6 s (5.3 TB at 500 GB/s), detection 2 min, restart 6 min, reading 10.6 s.
TEST_CASE("54 days of Llama 3 see 419 interruptions and over 90 % effective time", "[recovery][study]") {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    Case c;
    c.seed = seed;
    const TrainingResults r = Study(c, 120, 360);
    INFO(seed << ": " << r.failures << " interruptions, effective " << Effective(r));
    CHECK(std::abs(static_cast<double>(r.failures) - 419) <= 3 * std::sqrt(419.0));
    CHECK(Effective(r) > 0.90);
    CHECK(Effective(r) < 0.95);
    CHECK(r.lost.waiting < 0.01 * r.elapsed_seconds);
    const double between = 54 * kDay / 419;
    CHECK(Effective(r) == Approx(failure::ExpectedGoodput(600 - 10.6, 10.6, 490.6, between)).margin(0.01));
  }
}

// Least squares of waste = a / tau + b tau + c over a sweep of the work between checkpoints; the least is at sqrt(a / b).
TEST_CASE("a sweep finds the interval of Young and Daly", "[recovery][study]") {
  const double cost = 60, between = 54 * kDay / 419;
  const double young = failure::YoungInterval(cost, between), daly = failure::DalyInterval(cost, between);
  double m[3][4] = {};
  for (double factor : {0.4, 0.55, 0.75, 1.0, 1.35, 1.8, 2.5}) {
    const double tau = factor * young;
    Case c;
    c.every = tau + cost;
    c.write = cost;
    c.days = 540;
    c.hardware = false;
    const double waste = 1 - Effective(Study(c, 0, 60, 1.0));
    const double x[3] = {young / tau, tau / young, 1};
    for (int i = 0; i < 3; ++i) {
      for (int j = 0; j < 3; ++j) m[i][j] += x[i] * x[j];
      m[i][3] += x[i] * waste;
    }
  }
  for (int i = 0; i < 3; ++i)
    for (int k = 0; k < 3; ++k)
      if (k != i)
        for (int j = 3; j >= i; --j) m[k][j] -= m[k][i] / m[i][i] * m[i][j];
  const double best = young * std::sqrt(m[0][3] / m[0][0] / (m[1][3] / m[1][1]));
  INFO("best " << best << " s, Young " << young << " s, Daly " << daly << " s");
  CHECK(best == Approx(daly).epsilon(0.1));
  CHECK(best == Approx(young).epsilon(0.1));
}

}  // namespace
}  // namespace headroom::training
