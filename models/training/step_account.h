#pragma once

#include "models/training/step_model.h"

namespace headroom::training {

/// FLOPs of a step over all accelerators with recompute counted: full recompute adds a forward pass
/// of every layer, selective that of unfused attention.
double HardwareFlops(const StepParams& params);
/// The largest part of a step as a word; communication by the tier that its group needs.
const char* BoundOf(const StepParams& params, const StepBreakdown& breakdown);

}  // namespace headroom::training
