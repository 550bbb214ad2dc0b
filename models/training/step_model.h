#pragma once

#include <string>
#include <vector>

#include "models/training/memory.h"
#include "models/training/pipeline.h"
#include "models/training/step_bound.h"

namespace headroom::training {

/// Where the time of a step goes, on the busiest pipeline stage [s]; the parts add up to the step.
struct StepBreakdown {
  double compute = 0;
  double tp_exposed = 0, cp_exposed = 0, ep_exposed = 0, pp_exposed = 0, dp_exposed = 0;
  double bubble = 0;  ///< pipeline fill, drain and waits for slower stages
  double optimizer = 0;
  double stall = 0;  ///< host
  double data = 0;   ///< waiting for training data; 0 in the step model, see training_job.h
  double straggler = 0;  ///< waiting for a slow node; likewise
  double shrunk = 0;     ///< no part: of them all, what the step takes more as it has fewer replicas; likewise
  double sum() const {
    return compute + tp_exposed + cp_exposed + ep_exposed + pp_exposed + dp_exposed + bubble +
           optimizer + stall + data + straggler;
  }
};

/// A stretch of a step in which an accelerator of the busiest stage draws about constant power.
struct PowerPhase {
  const char* what = "";
  double seconds = 0;
  double watts = 0;
  bool active = true;  ///< kernels run
};

struct StepResult {
  double step_time = 0;  ///< s
  StepBreakdown breakdown;
  MemoryVerdict memory;
  double model_flops = 0;  ///< of one step over all accelerators, no recompute, all attention pairs
  double hardware_flops = 0;  ///< the same with recompute
  double tokens = 0;
  std::vector<PowerPhase> phases;
  double mean_watts = 0;  ///< of one accelerator, mean over stages weighted by their busy time
  double busy_share = 0;  ///< of the step in which kernels run
  double dp_hidden = 0;   ///< s of the reduction of gradients that ran beside backward passes
  std::string bound;      ///< the largest part: "compute", "bubble", "scale-up", "scale-out" ...
};

/// Figures that a step cannot beat.
struct StepBound {
  double step_time = 0;  ///< s
  double memory = 0;     ///< B, of the fullest stage
  double joules = 0;     ///< of one accelerator in a step
};

/// One optimizer step of one plan. Built once, evaluated per clock share.
///
///     step = parameters' first bucket + pipeline + last bucket of gradients + optimizer [+
///     parameters] + overhead
///
/// The pipeline is not a formula: every stage's order is run against its neighbours' (pipeline.h),
/// so uneven chunks, the head on the last stage and transfers come out of the recurrence. Three
/// runs tell data-parallel waits, transfers and bubble apart. All ranks of a stage are alike
/// (folded). Left out: stragglers and jitter, faults, imbalance of documents and experts,
/// contention between kinds of traffic.
class StepModel {
 public:
  /// @throws ConfigError listing every rule that the plan breaks, or a precision that the
  /// accelerator lacks.
  StepModel(StepParams params, const compute::KernelModel& kernels);
  /// `clock`: share of the full clock, in (0, 1]. Compute goes by 1/clock; memory and network do
  /// not. With a power limit no faster than limit_clock().
  StepResult Evaluate(double clock = 1.0) const;
  /// The clock that the power limit leaves.
  double limit_clock() const { return limit_clock_; }
  /// The same with the pieces of the model worked out before, for plans that share them.
  StepResult Evaluate(double clock, const ModelPieces& pieces) const;
  ModelPieces Pieces(double clock = 1.0) const;
  /// What no evaluation at full clock comes out under, without running the pipeline. `held`: of
  /// the plan's schedule.
  /// Its `memory`, which needs no times.
  double LeastMemory(const HeldForwards& held) const;
  StepBound LowerBound(const ModelPieces& pieces, const HeldForwards& held) const;
  const StepParams& params() const { return params_; }
  const compute::KernelModel& kernels() const { return kernels_; }
  const std::vector<Chunk>& layout() const { return layout_; }
  const std::vector<ChunkParameters>& parameters() const { return parameters_; }
  /// The actions of every stage; `times` by position.
  Orders OrdersFor(const std::vector<PassTimes>& times) const;

 private:
  StepResult At(double clock) const;
  double ClockWithinLimit() const;
  std::vector<double> SendSeconds() const;
  double OptimizerSeconds() const;
  double Watts(compute::KernelKind kind, double clock) const;
  double WorkJoules(double clock, const WorkTime& busy) const;
  void FillPower(double clock, const WorkTime& busy, StepResult* out) const;

  StepParams params_;
  const compute::KernelModel& kernels_;
  std::vector<Chunk> layout_;
  std::vector<ChunkParameters> parameters_;
  double limit_clock_ = 1.0;
};

}  // namespace headroom::training
