#pragma once

#include "models/training/schedule.h"

namespace headroom::training {

/// Puts the weight gradients W into orders of forward and backward passes: a stage runs one where
/// it would otherwise wait for at least half its length, where `limit` chunk activations are held
/// and the next pass is a forward, and after all else. This is what zero-bubble schedules share (Qi
/// et al., arXiv 2401.10241); times are those of a mean chunk.
Orders FillWeights(const ScheduleInput& in, const ScheduleRow& row, const Orders& passes,
                   double limit);

}  // namespace headroom::training
