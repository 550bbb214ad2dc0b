#include "models/serving/kv_budget.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/llm/layer.h"
#include "models/llm/parameters.h"
#include "models/serving/linear_precisions.h"

namespace headroom::serving {

/// Of the fullest pipeline stage: `layers / pp` layers, rounded up, with the embedding or the head.
double WeightBytes(const llm::Architecture& a, compute::Precision precision,
                   const ReplicaParallelism& r) {
  const double linear = compute::BytesPerElement(PrecisionsOf(precision).dense), other = llm::kElement;
  const LinearPrecisions parts = PrecisionsOf(precision);
  const double latent = compute::BytesPerElement(parts.latent), routed = compute::BytesPerElement(parts.experts);
  const std::uint32_t layers = (a.layers + r.pp - 1) / r.pp;
  double bytes = 0.0;
  for (std::uint32_t i = a.layers - layers; i < a.layers; ++i) {
    const llm::LayerParameters p = llm::ParametersOfLayer(a, i);
    const double latents = a.is_mla() ? p.attention - a.hidden * a.heads * a.value_dim() : 0.0;
    bytes += linear * (p.attention - latents + p.dense_ffn) / r.tp + latent * latents / r.tp +
             routed * p.routed / r.stage() + other * p.replicated;
  }
  const double embedding = other * llm::EmbeddingParameters(a) / r.tp;
  const double head = other * llm::HeadParameters(a) / r.tp;
  return bytes + (r.pp == 1 ? embedding + head : std::max(embedding, head));
}

double KvBytesPerToken(const llm::Architecture& a, double element, const ReplicaParallelism& r) {
  const double layers = std::ceil(static_cast<double>(a.layers - a.windowed_layers()) / r.pp);
  const double whole = llm::KvBytesPerTokenAndLayer(a, element) * std::max(1.0, layers);
  // MLA keeps its one latent vector on every rank; key/value heads are replicated where there are
  // fewer than ranks.
  return a.is_mla() ? whole : whole * llm::LocalKvHeads(a, r.tp) / a.kv_heads;
}

namespace {

/// Keys and values of windowed layers, which never grow: a window for every sequence that may run.
double WindowBytes(const llm::Architecture& a, double element, const ReplicaParallelism& r, const EngineSettings& e) {
  const double layers = std::ceil(static_cast<double>(a.windowed_layers()) / r.pp);
  const double token = llm::KvBytesPerTokenAndLayer(a, element) * llm::LocalKvHeads(a, r.tp) / a.kv_heads;
  return layers * token * a.window * e.max_sequences / r.attention_groups();
}

double ActivationBytes(const llm::Architecture& a, const ReplicaParallelism& r,
                       const EngineSettings& e) {
  const double ffn = a.is_moe() ? a.moe.experts_per_token * a.moe.expert_ffn : a.ffn;
  const double qkv = (a.heads + 2.0 * a.kv_heads) * a.head_dim;
  const double per_token = llm::kElement * (4.0 * a.hidden + (qkv + 3.0 * ffn) / r.tp);
  return (e.max_tokens / r.cp * per_token + e.max_sequences * a.vocab * 10.0) / r.attention_groups();
}

}  // namespace

double DeviceMemory(const catalog::Accelerator& accelerator) {
  const catalog::Memory& memory = accelerator.memory();
  return memory.has_reported() ? memory.reported() : memory.capacity();
}

KvBudget PlanKv(const llm::Architecture& model, compute::Precision precision, double kv_bytes,
                const ReplicaParallelism& parallelism, const EngineSettings& engine,
                double capacity, const KvGuests& guests) {
  KvBudget b;
  b.capacity = capacity;
  b.weights = WeightBytes(model, precision, parallelism) + guests.weights;
  b.activations = ActivationBytes(model, parallelism, engine);
  b.reserve = engine.reserve_memory;
  switch (engine.memory_rule) {
    case MemoryRule::kAll:
      b.kv = engine.memory_fraction * capacity - b.weights - b.activations - b.reserve;
      break;
    case MemoryRule::kWeightsAndKv:
      b.kv = engine.memory_fraction * capacity - b.weights;
      break;
    case MemoryRule::kOfFree:
      b.kv = engine.memory_fraction * (capacity - b.weights - b.activations - b.reserve);
      break;
  }
  b.kv -= WindowBytes(model, kv_bytes, parallelism, engine);
  b.block_bytes = engine.block_tokens *
                  (KvBytesPerToken(model, kv_bytes, parallelism) + guests.keys_per_token) / parallelism.cp;
  const double blocks =
      std::floor(std::max(0.0, b.kv) / b.block_bytes) * parallelism.attention_groups();
  b.blocks = b.planned = static_cast<std::uint32_t>(std::min(blocks, 4e9));
  return b;
}

std::string KvBudget::Text() const {
  return fmt::format(
      "of {:.1f} GB per accelerator weights take {:.1f}, activations {:.1f}, contexts and graphs "
      "{:.1f}; "
      "{:.1f} GB are left for the KV cache, {} blocks of {:.0f} kB",
      capacity * 1e-9, weights * 1e-9, activations * 1e-9, reserve * 1e-9, std::max(0.0, kv) * 1e-9,
      blocks, block_bytes * 1e-3);
}

}  // namespace headroom::serving
