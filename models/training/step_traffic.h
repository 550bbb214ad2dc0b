#pragma once

#include "models/network/traffic.h"
#include "models/training/step_model.h"

namespace headroom::training {

/// What all accelerators of a job send in one step [B], by what it is for.
struct StepTraffic {
  network::Traffic tp, cp, ep, pp, dp;
  network::Traffic total() const;
};

/// Counts the transfers whose times the step model adds up: of layers as in layer_cost.h (recompute runs those of the forward
/// pass again), of replicas as in data_parallel.h, and each boundary of the pipeline once forward and once back. A mean over ranks:
/// the busiest expert rank sends more.
StepTraffic TrafficOfStep(const StepModel& model);

}  // namespace headroom::training
