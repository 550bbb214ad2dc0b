#include "models/training/chunk_cost.h"

#include "models/llm/parameters.h"

namespace headroom::training {

std::vector<PassTimes> ChunkTimes(const LayerCost& cost, const std::vector<Chunk>& layout,
                                  const llm::Architecture& model) {
  const bool mixed = model.is_moe() && model.moe.dense_layers > 0;
  const PassTimes last = cost.Layer(model.layers - 1);
  const PassTimes first = mixed ? cost.Layer(0) : last;
  std::vector<PassTimes> out;
  for (const Chunk& c : layout) {
    PassTimes t;
    for (std::uint32_t i = c.first_layer; i < c.first_layer + c.layers; ++i) {
      t.AddScaled(mixed && !model.moe_layer(i) ? first : last, 1);
    }
    if (c.embedding) t.AddScaled(cost.Embedding(), 1);
    if (c.head) {
      t.AddScaled(cost.Head(), 1.0 + model.mtp_layers);
      t.AddScaled(last, model.mtp_layers);
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
