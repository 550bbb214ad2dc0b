#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "models/training/replay/rank_trace.h"
#include "models/training/step_model.h"

namespace headroom::training {

/// The step of a plan as execution traces, one rank at a time: the nodes that each rank runs under
/// the plan's schedule, with the times of StepModel at full clock.
///
/// Tensor-parallel collectives and expert exchanges are nodes of their own where they do not hide
/// behind compute; those that do, ring attention and the shards of ZeRO-3 are in the time of
/// compute nodes, as far as they show. Messages between stages, data-parallel reductions and
/// gathers (bucket by bucket), the all-reduce of the gradients' norm, the optimizer and the host's
/// share of the step are nodes. A layer's compute is split evenly between its two blocks (assumed).
/// Durations are whole microseconds; what rounding leaves goes to the next node.
class PlanTrace {
 public:
  /// `model` outlives the trace.
  explicit PlanTrace(const StepModel& model);
  std::uint32_t ranks() const { return model_.params().plan.accelerators(); }
  RankTrace Rank(std::uint32_t rank) const;
  /// Communicators by the names that nodes use, members ascending.
  const std::map<std::string, std::vector<std::uint32_t>>& groups() const { return groups_; }

 private:
  enum class Role { kNone, kTensor, kReplicas, kExperts, kExpertReplicas };
  /// A stretch of compute, or a collective of `bytes` in the trace's counting.
  struct Piece {
    double seconds = 0;
    Role role = Role::kNone;
    TraceOperation operation = TraceOperation::kAllReduce;
    double bytes = 0;
    const char* name = "";
  };
  using Pieces = std::vector<Piece>;
  struct Passes {
    Pieces forward, backward, weight;
  };
  class Writer;

  double CostOf(const Piece& piece) const;
  Piece Collective(Role role, TraceOperation operation, double bytes, const char* name) const;
  /// Compute is what `pass` leaves beside the pieces of `shape` that communicate, shared evenly by
  /// the others.
  void AddPass(const WorkTime& pass, Pieces shape, Pieces* out) const;
  /// Rank that names the group of `role` which has `rank`: its lowest member.
  std::uint32_t Lowest(Role role, std::uint32_t rank) const;
  std::uint32_t SizeOf(Role role) const;
  std::uint32_t StrideOf(Role role) const;
  Passes LayerPasses(const LayerCost& cost, std::uint32_t layer) const;
  Passes EmbeddingPasses(const LayerCost& cost) const;
  Passes HeadPasses(const LayerCost& cost) const;
  void AddGroups();

  const StepModel& model_;
  std::vector<Passes> passes_;  ///< by position
  Orders orders_;
  std::vector<double> buckets_;  ///< by position
  double optimizer_ = 0;         ///< s, what hidden reductions slow down included
  std::map<std::string, std::vector<std::uint32_t>> groups_;
  std::map<std::pair<int, std::uint32_t>, std::string>
      group_of_;  ///< by role and lowest member's rank
};

}  // namespace headroom::training
