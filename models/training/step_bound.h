#pragma once

#include "models/training/schedule.h"

namespace headroom::training {

/// What the order of a schedule says about activations in flight, whatever the times of the pieces.
/// Only the first few micro-batches are looked at, after which orders repeat (all under GPipe).
struct HeldForwards {
  /// The forward passes that a stage holds at once at some instant: the largest surplus of forward
  /// over backward passes. Fewer than really held where weight passes come late.
  Orders passes;
  /// By position: the most micro-batches of one chunk that are in flight between forward and
  /// backward.
  std::vector<std::uint32_t> most;
};
HeldForwards HeldForwardsOf(Schedule schedule, std::uint32_t stages, std::uint32_t chunks,
                            std::uint32_t micro_batches);

}  // namespace headroom::training
