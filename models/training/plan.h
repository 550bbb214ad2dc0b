#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/compute/precision.h"
#include "models/llm/architecture.h"
#include "models/llm/memory.h"

namespace headroom::training {

enum class Schedule {
  kGpipe,
  k1f1b,
  kInterleaved1f1b,
  kZeroBubble,
  kZbv,
  kVHalf,
  kVMin,
  kDualPipe
};

/// Communication that runs beside compute.
struct Overlap {
  bool tp = false;
  bool pp = false;
  bool grad_reduce = false;
  bool param_gather = false;
  bool cp = true;
};

/// How a model is spread over accelerators and a batch over time. Ranks are numbered as in
/// Megatron: tensor parallel fastest, then context, then data (expert groups lie inside tp x cp x
/// dp), pipeline slowest.
struct ParallelPlan {
  std::uint32_t tp = 1;
  std::uint32_t pp = 1;
  std::uint32_t virtual_stages = 1;
  std::uint32_t cp = 1;
  std::uint32_t ep = 1;
  std::uint32_t etp = 1;
  std::uint32_t dp = 0;  ///< 0: what tp x pp x cp leaves; Resolve() fills it
  std::uint32_t zero = 0;
  bool sequence_parallel = false;
  Schedule schedule = Schedule::k1f1b;
  llm::Recompute recompute = llm::Recompute::kNone;
  Overlap overlap;
  std::uint32_t micro_batch = 1;   ///< sequences
  std::uint32_t global_batch = 1;  ///< sequences
  std::uint32_t sequence = 1;      ///< tokens
  compute::Precision precision =
      compute::Precision::kBf16;      ///< of linear layers; attention and the rest in bf16
  std::vector<std::uint32_t> layout;  ///< layers of each chunk in order; empty: even

  std::uint32_t micro_batches() const { return global_batch / (dp * micro_batch); }
  std::uint32_t chunks() const { return pp * virtual_stages; }
  std::uint32_t accelerators() const { return tp * pp * cp * dp; }
  /// Ranks over which dense gradients are reduced and the optimizer is sharded.
  std::uint32_t dense_replicas() const { return dp * cp; }
  /// The same for routed experts.
  std::uint32_t expert_replicas() const { return dp * cp * tp / (ep * etp); }
  /// Of one micro-batch on one context-parallel rank.
  double tokens_per_pass() const { return double(micro_batch) * sequence / cp; }
  double tokens_per_step() const { return double(global_batch) * sequence; }
};

/// A rule that a plan breaks: the field below the workload's `train`, and what is wrong with which
/// values.
struct PlanProblem {
  std::string field;
  std::string message;
};

/// Fills `dp` where it is 0 and the rest divides; Check() tells where it does not. Without a pipeline
/// every schedule is 1F1B.
ParallelPlan Resolve(ParallelPlan plan, std::uint32_t accelerators);
/// Every rule that the resolved plan breaks for `model` on `accelerators` accelerators; empty: it
/// can run.
std::vector<PlanProblem> Check(const ParallelPlan& plan, const llm::Architecture& model,
                               std::uint32_t accelerators);

/// As scenarios spell them. The From functions throw std::invalid_argument.
std::string Name(Schedule schedule);
Schedule ScheduleFromName(const std::string& name);
std::string Name(llm::Recompute recompute);
llm::Recompute RecomputeFromName(const std::string& name);

}  // namespace headroom::training
