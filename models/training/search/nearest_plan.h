#pragma once

#include <optional>

#include "models/training/step_model.h"

namespace headroom::training {

/// The plan nearest to `params.plan` that fits in memory on as many accelerators with the same
/// batch: the fewest doublings of tp, pp, cp and micro-batch, steps of ZeRO and a change of
/// recompute counting one each; of equally near ones the quickest. Nothing if none fits.
std::optional<ParallelPlan> NearestFittingPlan(const StepParams& params,
                                               const compute::KernelModel& kernels);
/// What differs, as a user would write it: "zero 1, recompute full".
std::string DifferenceText(const ParallelPlan& from, const ParallelPlan& to);

}  // namespace headroom::training
