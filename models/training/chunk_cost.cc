#include "models/training/chunk_cost.h"

#include "models/llm/parameters.h"

namespace headroom::training {

namespace {

bool Mixed(const llm::Architecture& model) {
  return model.is_moe() && model.moe.dense_layers > 0;
}

}  // namespace

ModelPieces PiecesOf(const LayerCost& cost, const llm::Architecture& model) {
  ModelPieces out;
  out.last = cost.Layer(model.layers - 1);
  out.first = Mixed(model) ? cost.Layer(0) : out.last;
  out.embedding = cost.Embedding();
  out.head = cost.Head();
  return out;
}

std::vector<PassTimes> ChunkTimes(const ModelPieces& pieces, const std::vector<Chunk>& layout,
                                  const llm::Architecture& model) {
  const bool mixed = Mixed(model);
  std::vector<PassTimes> out;
  out.reserve(layout.size());
  for (const Chunk& c : layout) {
    PassTimes t;
    std::uint32_t firsts = 0;
    if (mixed) {
      for (std::uint32_t i = c.first_layer; i < c.first_layer + c.layers; ++i)
        firsts += model.moe_layer(i) ? 0 : 1;
    }
    if (firsts > 0) t.AddScaled(pieces.first, firsts);
    t.AddScaled(pieces.last, c.layers - firsts);
    if (c.embedding) t.AddScaled(pieces.embedding, 1);
    if (c.head) {
      t.AddScaled(pieces.head, 1.0 + model.mtp_layers);
      t.AddScaled(pieces.last, model.mtp_layers);
    }
    out.push_back(t);
  }
  return out;
}

std::vector<ChunkParameters> ParametersOfChunks(const std::vector<Chunk>& layout,
                                                const llm::Architecture& model,
                                                const ParallelPlan& plan) {
  std::vector<ChunkParameters> out;
  const auto add = [&](std::uint32_t layer, ChunkParameters* p) {
    const llm::LayerParameters w = llm::ParametersOfLayer(model, layer);
    p->dense += (w.attention + w.dense_ffn) / plan.tp + w.replicated;
    p->experts += w.routed / (double(plan.ep) * plan.etp);
  };
  for (const Chunk& c : layout) {
    ChunkParameters p;
    for (std::uint32_t i = c.first_layer; i < c.first_layer + c.layers; ++i) add(i, &p);
    if (c.embedding) p.dense += llm::EmbeddingParameters(model) / plan.tp;
    if (c.head) {
      // A tied head on another stage than the embedding keeps its own copy.
      const bool copy = model.tied && layout.size() > 1;
      p.dense += (copy ? llm::EmbeddingParameters(model) : llm::HeadParameters(model)) / plan.tp +
                 model.hidden;
      for (std::uint32_t i = 0; i < model.mtp_layers; ++i) add(model.layers + i, &p);
    }
    out.push_back(p);
  }
  return out;
}

}  // namespace headroom::training
