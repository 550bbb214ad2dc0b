#include "models/training/chunk_cost.h"

#include "models/llm/parameters.h"
#include "models/training/schedule.h"

namespace headroom::training {

std::size_t LayerKind(const llm::Architecture& model, std::uint32_t layer) {
  return (model.moe_layer(layer) ? 2 : 0) + (model.windowed(layer) ? 1 : 0);
}

std::array<std::optional<std::uint32_t>, 4> LayersOfKinds(const llm::Architecture& model) {
  std::array<std::optional<std::uint32_t>, 4> out;
  for (std::uint32_t i = 0; i < model.layers; ++i) {
    std::optional<std::uint32_t>& first = out[LayerKind(model, i)];
    if (!first) first = i;
  }
  return out;
}

ModelPieces PiecesOf(const LayerCost& cost, const llm::Architecture& model) {
  ModelPieces out;
  const auto layers = LayersOfKinds(model);
  for (std::size_t kind = 0; kind < layers.size(); ++kind)
    if (layers[kind]) out.layers[kind] = cost.Layer(*layers[kind]);
  out.embedding = cost.Embedding();
  out.head = cost.Head();
  return out;
}

std::vector<PassTimes> ChunkTimes(const ModelPieces& pieces, const std::vector<Chunk>& layout,
                                  const llm::Architecture& model) {
  const std::size_t last = LayerKind(model, model.layers - 1);
  const bool alike = model.window <= 0 && (!model.is_moe() || model.moe.dense_layers == 0);
  std::vector<PassTimes> out;
  out.reserve(layout.size());
  for (const Chunk& c : layout) {
    PassTimes t;
    std::array<std::uint32_t, 4> count{};
    if (alike) {
      count[last] = c.layers;
    } else {
      for (std::uint32_t i = c.first_layer; i < c.first_layer + c.layers; ++i) ++count[LayerKind(model, i)];
    }
    for (std::size_t kind = 0; kind < count.size(); ++kind)
      if (count[kind] > 0) t.AddScaled(pieces.layers[kind], count[kind]);
    if (c.embedding) t.AddScaled(pieces.embedding, 1);
    if (c.head) {
      t.AddScaled(pieces.head, 1.0 + model.mtp_layers);
      t.AddScaled(pieces.layers[last], model.mtp_layers);
    }
    out.push_back(t);
  }
  return out;
}

bool CopiesEmbedding(const llm::Architecture& model, const ParallelPlan& plan) {
  return model.tied && SeatOf(RowOf(plan.schedule), plan.pp, plan.chunks() - 1).stage != 0;
}

double AdapterParameters(const llm::Architecture& a, const ParallelPlan& plan) {
  // A pair in x rank and rank x out beside each product; the side that is split over tp is.
  const double tp = plan.tp, r = plan.adapter.rank, h = a.hidden;
  const double kv = a.is_mla() ? a.heads * (a.qk_dim() + a.value_dim()) : 2 * a.kv_heads * a.head_dim;
  const double qkv = a.heads * a.qk_dim() + kv, mixed = a.heads * a.value_dim();
  double out = r * (h + qkv / tp) + r * (mixed / tp + h);
  if (plan.adapter.feed_forward && !a.is_moe())
    out += r * (h + (a.gated ? 2 : 1) * a.ffn / tp) + r * (a.ffn / tp + h);
  return out;
}

std::vector<ChunkParameters> ParametersOfChunks(const std::vector<Chunk>& layout,
                                                const llm::Architecture& model,
                                                const ParallelPlan& plan) {
  std::vector<ChunkParameters> out;
  out.reserve(layout.size());
  // Layers are of two kinds at most: those of the first one and of the last one.
  const llm::LayerParameters first = llm::ParametersOfLayer(model, 0), last = llm::ParametersOfLayer(model, model.layers - 1);
  const auto add = [&](std::uint32_t layer, ChunkParameters* p) {
    const llm::LayerParameters& w = model.moe_layer(layer) == model.moe_layer(0) ? first : last;
    p->dense += (w.attention + w.dense_ffn) / plan.tp + w.replicated;
    p->experts += w.routed / (double(plan.ep) * plan.etp);
  };
  for (const Chunk& c : layout) {
    ChunkParameters p;
    for (std::uint32_t i = c.first_layer; i < c.first_layer + c.layers; ++i) add(i, &p);
    if (c.embedding) p.dense += llm::EmbeddingParameters(model) / plan.tp;
    if (c.head) {
      // A tied head on another stage than the embedding keeps its own copy.
      const bool copy = CopiesEmbedding(model, plan);
      p.dense += (copy ? llm::EmbeddingParameters(model) : llm::HeadParameters(model)) / plan.tp +
                 model.hidden;
      for (std::uint32_t i = 0; i < model.mtp_layers; ++i) add(model.layers + i, &p);
    }
    if (plan.adapter.trained()) {
      p.frozen = p.dense + p.experts;
      p.experts = 0;
      p.dense = c.layers * AdapterParameters(model, plan);
    }
    out.push_back(p);
  }
  return out;
}

}  // namespace headroom::training
