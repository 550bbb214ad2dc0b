#pragma once

#include <map>
#include <vector>

#include "models/training/plan.h"

namespace headroom::training {

/// What a search may choose, each list in the order in which it is tried. An empty list stands for
/// every value that the rules of a plan allow and that is in use:
///
///     tp, cp, ep  divisors of the accelerators that also divide heads, sequence, experts; a
///                 context-parallel rank keeps at least 1024 tokens
///     pp          divisors of the accelerators that spread the layers evenly, embedding and head
///                 counted as none or as a layer each
///     virtual_stages  up to 16, spreading evenly in the same way
///     micro_batch powers of two up to 16
///     zero        0 to 3;  recompute  none, full, and selective where attention is not fused
///     schedules   all that are modelled
struct SearchSpace {
  std::vector<std::uint32_t> accelerators;  ///< at least one
  std::vector<std::uint32_t> tp, pp, cp, ep, virtual_stages, micro_batch, zero;
  std::vector<Schedule> schedules;
  std::vector<llm::Recompute> recompute;
  /// Load of the busiest rank over the mean by the number of expert ranks; else the base plan's.
  std::map<std::uint32_t, double> busiest;
};

/// Plans that share the times of their layers and chunks' neighbours: all but chunks, schedule and
/// ZeRO stage.
struct PlanFamily {
  ParallelPlan plan;  ///< of one stage of ZeRO, 1F1B and one chunk, unless the list has others
  std::uint32_t accelerators = 0;
};

/// The families of the space in a fixed order. What the space does not choose (batch, sequence,
/// precision, overlap, etp) is `base`'s, but that ZeRO shards over all ranks; sequence parallelism goes with tp over 1 where the sequence
/// divides. A layout that `base` writes out is left out.
std::vector<PlanFamily> FamiliesOf(const SearchSpace& space, const ParallelPlan& base,
                                   const llm::Architecture& model, bool fused_attention);
/// The plans of a family that keep every rule.
std::vector<ParallelPlan> PlansOf(const SearchSpace& space, const PlanFamily& family,
                                  const llm::Architecture& model);

}  // namespace headroom::training
