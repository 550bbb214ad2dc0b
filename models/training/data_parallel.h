#pragma once

#include <vector>

#include "models/training/chunk_cost.h"
#include "models/training/pipeline.h"

namespace headroom::training {

/// Seconds of the data-parallel collectives of each chunk, by position, and in how many buckets
/// they go. ZeRO 0: an all-reduce of gradients. ZeRO 1 and 2: a reduce-scatter of gradients and an
/// all-gather of parameters, with `replicas` among their shards, and an all-reduce of every shard
/// between them. ZeRO 3: that all-reduce alone, see LayerCost. As in Megatron-Core, the first chunk
/// of the first stage goes in buckets of max(40e6, 1e6 * replicas) parameters, every other chunk as
/// a whole: only the former is on the critical path.
struct ReplicaTraffic {
  std::vector<double> reduce;
  std::vector<double> gather;
  std::vector<double> buckets;
};
ReplicaTraffic TrafficOf(const StepParams& params, const std::vector<ChunkParameters>& chunks);

/// Gates of the first forward passes when parameters are gathered beside them: a stage gathers its
/// chunks one after the other from the start; a chunk may start when its first bucket is there.
std::vector<Gate> GatherGates(const StepParams& params, const ReplicaTraffic& traffic);

struct ReduceTail {
  double end = 0;     ///< when the last stage's gradients are reduced
  double hidden = 0;  ///< s of the busiest stage's reduction that ran beside its backward passes
};
/// Gradients of a chunk are reduced from the backward pass of its last micro-batch on, a bucket at
/// a time, one chunk after another; without overlap all of them after the stage's end.
ReduceTail Reduce(const StepParams& params, const ReplicaTraffic& traffic,
                  const PipelineResult& run);

/// Head and embedding that are one matrix on the first and the last stage: both add up their gradients after the last
/// backward pass and their reduction over replicas, nothing beside it (as Megatron-Core does).
struct TiedEmbedding {
  double bytes = 0;          ///< of one rank's gradients; 0: nothing to add up
  std::uint32_t stride = 1;  ///< accelerators from one rank to the other
};
TiedEmbedding TiedEmbeddingOf(const StepParams& params);
double TiedSeconds(const StepParams& params);

}  // namespace headroom::training
