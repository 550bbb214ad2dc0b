#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "models/training/training_job.h"
#include "tests/models/training/machine.h"

namespace headroom::training {

/// About 10 s long.
inline StepParams LongStep(std::uint32_t replicas = 1) {
  StepParams s = SmallStep();
  s.plan.global_batch = 960 * replicas;
  s.plan.dp = replicas;
  return s;
}

/// A job of one accelerator in nodes of one, a store of 100 B/s, and faults at given gaps.
struct Bench {
  explicit Bench(std::uint32_t spares = 1, std::uint32_t replicas = 1)
      : model(LongStep(replicas), machine), store(engine, {"s", 1e9, 100, 100, 1e9, 1e9, 0, 1e30}), nodes(engine, spares, 1000, 3, "repair") {
    port.accelerators = 4;
    params.name = "pretrain";
    params.parts = {{&port, 4}};
    params.idle_watts = 100;
    params.faults.profile = {"p", {{"software", 1e-6, false}, {"node", 1e-6, true}}, 3, 7};
    params.faults.nodes = &nodes;
  }
  void Save(double every, double seconds, bool asynchronous) {
    params.checkpoint = {&store, every, asynchronous, 0.5,
                         {storage::Direction::kWrite, 100 * seconds, 1, 1e9, 0},
                         {storage::Direction::kRead, 100 * 2.0, 1, 1e9, 0}};
  }
  void Fail(std::vector<failure::Interruption> at) {
    auto list = std::make_shared<std::vector<failure::Interruption>>(std::move(at));
    auto next = std::make_shared<std::size_t>(0);
    params.faults.next = [list, next] {
      return *next < list->size() ? (*list)[(*next)++] : failure::Interruption{1e9, 0, 0};
    };
  }
  TrainingResults Run(double seconds) {
    job = std::make_unique<TrainingJob>(engine, model, params, [this] { ended = engine.now().seconds(); });
    job->Start();
    engine.Run(Instant::FromSeconds(seconds));
    job->Settle(engine.now());
    return job->Results();
  }
  const compute::KernelModel machine = IdealMachine();
  const StepModel model;
  const StepResult step = model.Evaluate();
  const double t = step.step_time;
  Engine engine;
  power::LoadPort port;
  storage::StoreService store;
  failure::NodePool nodes;
  TrainingJobParams params;
  std::unique_ptr<TrainingJob> job;
  double ended = -1;
};

}  // namespace headroom::training
