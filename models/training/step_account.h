#pragma once

#include "models/training/step_model.h"

namespace headroom::training {

/// FLOPs of a step over all accelerators with recompute counted: full recompute adds a forward pass
/// of every layer, selective that of unfused attention.
double HardwareFlops(const StepParams& params);
/// Seconds of a step in which gradients, parameters and activations cross the uplinks of leaves, hidden
/// reductions included.
double UplinkSeconds(const StepParams& params, const StepResult& step);
/// The step where these take `uplink` times as long, and all that leaves a scale-up domain at least `nic` times. What was hidden has
/// no room left to hide in.
StepResult Stretched(const StepParams& params, StepResult step, double uplink, double nic = 1);
/// The largest part of a step as a word; communication by the tier that its group needs.
const char* BoundOf(const StepParams& params, const StepBreakdown& breakdown);

}  // namespace headroom::training
