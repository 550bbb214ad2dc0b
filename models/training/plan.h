#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/compute/precision.h"
#include "models/llm/architecture.h"
#include "models/llm/memory.h"
#include "models/training/offload.h"
#include "models/training/order_statistics.h"
#include "models/training/packing.h"

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
  bool ep = false;  ///< one micro-batch's exchange behind another's compute
  bool ep_within_domain = false;  ///< the same, only where an expert group keeps to one scale-up domain
};

/// How tokens reach their experts. kAllToAll: a collective of a row per token and expert.
/// kDeduplicated (DeepEP, HybridEP): a token crosses to another domain, and to another rank, once.
enum class Dispatcher { kAllToAll, kDeduplicated };

/// What of a step the host launches as recorded graphs: nothing, what has a fixed shape (all but
/// the routed experts), or the whole step.
enum class Graphs { kNone, kStatic, kStep };

/// Experts of a plan beyond their parallelism.
struct ExpertPlan {
  Dispatcher dispatcher = Dispatcher::kDeduplicated;
  double dispatch_bytes = 2;  ///< of an element on its way to an expert (deduplicated); back in bf16
  std::uint32_t domains_per_token = 0;  ///< routing limited to so many domains; 0: no limit
  double busiest = 1;  ///< load of the busiest rank over the mean, see routing.h
};

/// Cheap modules that selective recompute runs again, as Megatron-Core names them.
struct RecomputedModules {
  bool mla_up = false;      ///< up-projections of latent attention
  bool activation = false;  ///< between the two products of a feed-forward block or expert
  bool norm = false;
  bool dense_ffn = false;  ///< whole feed-forward blocks of dense layers
};

/// Context parallelism: keys and values go round (ring attention), or heads are exchanged for
/// sequence before attention and back after it (Ulysses).
enum class ContextKind { kRing, kUlysses };

/// Low-rank adaptation (LoRA): the model is frozen, and pairs of matrices of `rank` beside some of
/// its linear layers are trained. 0: all of the model is trained.
struct Adapter {
  std::uint32_t rank = 0;
  bool feed_forward = false;  ///< beside the feed-forward products too, not attention's alone
  bool trained() const { return rank > 0; }
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
  std::uint32_t replicas = 1;  ///< of the sharded state: ZeRO shards over dp x cp / replicas ranks that lie together
  bool sequence_parallel = false;
  ContextKind context = ContextKind::kRing;
  Schedule schedule = Schedule::k1f1b;
  llm::Recompute recompute = llm::Recompute::kNone;
  std::uint32_t recompute_layers = 0;  ///< of the model's, under full recompute; 0: all
  RecomputedModules again;
  Overlap overlap;
  ExpertPlan experts;
  Graphs graphs = Graphs::kStatic;
  Adapter adapter;
  Offload offload;
  double activation_input_bytes = 2;  ///< of what a feed-forward activation keeps for its backward pass; 1: fp8
  Packing packing;
  Variation jitter;       ///< of the time of a step, on top of the spread of chips
  bool mirrored = false;  ///< one half of DualPipe: pp stages in a V, dp counts both halves
  std::uint32_t micro_batch = 1;   ///< sequences
  std::uint32_t global_batch = 1;  ///< sequences
  std::uint32_t sequence = 1;      ///< tokens
  compute::Precision precision =
      compute::Precision::kBf16;      ///< of linear layers; attention and the rest in bf16
  std::vector<std::uint32_t> layout;  ///< layers of each chunk in order; empty: even

  std::uint32_t micro_batches() const { return global_batch / (dp * micro_batch); }
  std::uint32_t chunks() const { return pp * virtual_stages; }
  std::uint32_t accelerators() const { return tp * pp * cp * dp; }
  /// Ranks over which dense gradients are reduced.
  std::uint32_t dense_replicas() const { return dp * cp; }
  /// The same for routed experts.
  std::uint32_t expert_replicas() const { return dp * cp * tp / (ep * etp); }
  /// Ranks over which ZeRO shards.
  std::uint32_t dense_shards() const { return dense_replicas() / replicas; }
  std::uint32_t expert_shards() const { return expert_replicas() / replicas; }
  /// Share of the layers of a model of `layers` that full recompute runs again.
  double RecomputedShare(std::uint32_t layers) const {
    if (recompute != llm::Recompute::kFull) return 0;
    return recompute_layers == 0 ? 1 : double(recompute_layers) / layers;
  }
  /// Of one micro-batch on one context-parallel rank.
  double tokens_per_pass() const { return double(micro_batch) * sequence / cp; }
  double tokens_per_step() const { return double(global_batch) * sequence; }

  /// Ring attention in a layer whose queries see `window` keys (0: all before them), of a sequence dealt in 2 cp pieces.
  /// Tokens before a piece that its window reaches; negative where the window is no shorter than a document.
  double RingHalo(double window) const;
  double RingSteps(double window) const;   ///< exchanges with both neighbours, at most cp - 1
  double RingTokens(double window) const;  ///< whose keys and values a rank gets, of one micro-batch
};

/// A rule that a plan breaks: the field below the workload's `train`, and what is wrong with which
/// values.
struct PlanProblem {
  std::string field;
  std::string message;
};

/// Fills `dp` where it is 0 and the rest divides; Check() tells where it does not. DualPipe over pp
/// ranks is two mirrored pipelines over pp / 2 whose parameters are replicas of each other: pp is halved,
/// dp doubled and each rank gets two chunks. Without a pipeline every schedule is 1F1B.
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
Dispatcher DispatcherFromName(const std::string& name);
Graphs GraphsFromName(const std::string& name);
ContextKind ContextKindFromName(const std::string& name);
Place PlaceFromName(const std::string& name);
/// Sets the module called `name`. @throws std::invalid_argument.
void AddModule(const std::string& name, RecomputedModules* modules);

}  // namespace headroom::training
