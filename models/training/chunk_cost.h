#pragma once

#include <array>
#include <optional>
#include <vector>

#include "models/training/layer_cost.h"
#include "models/training/layout.h"

namespace headroom::training {

/// What a model is made of, each worked out once: its layers by kind (dense or routed, with a window or without), embedding
/// and head.
struct ModelPieces {
  std::array<PassTimes, 4> layers;
  PassTimes embedding, head;
};
/// Index of a layer's kind. Layers of multi-token prediction are as the last.
std::size_t LayerKind(const llm::Architecture& model, std::uint32_t layer);
/// By kind its first layer in the model; nothing where there is none.
std::array<std::optional<std::uint32_t>, 4> LayersOfKinds(const llm::Architecture& model);
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
/// True if head and embedding are one matrix and stand on different stages. Of a V shape both are on the first.
bool CopiesEmbedding(const llm::Architecture& model, const ParallelPlan& plan);
/// Of the adapters of one layer on one accelerator.
double AdapterParameters(const llm::Architecture& model, const ParallelPlan& plan);
std::vector<ChunkParameters> ParametersOfChunks(const std::vector<Chunk>& layout,
                                                const llm::Architecture& model,
                                                const ParallelPlan& plan);

}  // namespace headroom::training
