#pragma once

#include <optional>
#include <string>

#include "models/training/step_model.h"

namespace headroom::training {

/// The plan nearest to one that does not fit in memory that does: fewest changes first, then the
/// quickest step. A change is one step in one of: ZeRO stage, micro-batch halved, recompute
/// (selective, full), tensor, pipeline or context parallelism doubled at the cost of data parallelism. Up to
/// three changes are tried.
struct NearestFit {
  ParallelPlan plan;
  std::string changes;  ///< "zero 3, recompute full"
  double step_time = 0;
  double memory = 0;  ///< B on the fullest accelerator
};
std::optional<NearestFit> FindNearestFit(const StepParams& params,
                                         const compute::KernelModel& kernels);

}  // namespace headroom::training
