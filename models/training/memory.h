#pragma once

#include <string>
#include <vector>

#include "models/training/chunk_cost.h"
#include "models/training/schedule.h"

namespace headroom::training {

/// Device memory of one accelerator of one stage [B].
struct MemoryUse {
  std::uint32_t stage = 0;
  double weights = 0;
  double gradients = 0;
  double optimizer = 0;
  double activations = 0;  ///< of all micro-batches in flight, logits included
  double transient = 0;    ///< what one pass needs on top: recomputed layer, gathered parameters
  double total() const { return weights + gradients + optimizer + activations + transient; }
};

/// Memory of every stage; the peak is the largest. ZeRO 1 shards the optimizer over dp x cp, 2
/// gradients as well, 3 weights too, of which two layers are gathered at a time; with `replicas` over as many
/// fewer ranks. Activations follow
/// the schedule's order exactly. Left out: CUDA context, communication buffers, fragmentation; they
/// are what `memory_usable` leaves.
std::vector<MemoryUse> MemoryOfStages(const StepParams& params, const std::vector<Chunk>& layout,
                                      const std::vector<ChunkParameters>& parameters,
                                      const Orders& orders, double tokens);

/// Bytes that a layer keeps of one micro-batch on one rank, in the mean over the layers of its kind, on the device or not.
double KeptByLayer(const StepParams& params, std::uint32_t layer, double tokens, const llm::LayerShard& shard);

/// Whether the fullest stage fits, and a sentence with its parts.
struct MemoryVerdict {
  bool fits = true;
  MemoryUse fullest;
  double capacity = 0;  ///< B that may be used
  std::string text;
};
MemoryVerdict Judge(const StepParams& params, const std::vector<MemoryUse>& stages);

}  // namespace headroom::training
