#pragma once

#include <vector>

#include "models/training/layer_cost.h"
#include "models/training/layout.h"

namespace headroom::training {

/// What a model is made of, each worked out once: its first layer where dense and routed layers are
/// mixed, its last, embedding and head.
struct ModelPieces {
  PassTimes first, last, embedding, head;
};
ModelPieces PiecesOf(const LayerCost& cost, const llm::Architecture& model);

/// Times of every chunk, by position in the model. Multi-token-prediction layers stand in the last
/// chunk, each with a head of its own.
std::vector<PassTimes> ChunkTimes(const ModelPieces& pieces, const std::vector<Chunk>& layout,
                                  const llm::Architecture& model);

/// Parameters of a chunk on one accelerator: trained ones that dp x cp replicate, those of routed
/// experts, and frozen ones beside adapters.
struct ChunkParameters {
  double dense = 0;
  double experts = 0;
  double frozen = 0;
};
/// Of the adapters of one layer on one accelerator.
double AdapterParameters(const llm::Architecture& model, const ParallelPlan& plan);
std::vector<ChunkParameters> ParametersOfChunks(const std::vector<Chunk>& layout,
                                                const llm::Architecture& model,
                                                const ParallelPlan& plan);

}  // namespace headroom::training
