#include "models/training/memory.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/training/pipeline.h"

namespace headroom::training {
namespace {

constexpr double kGiB = 1024.0 * 1024 * 1024;

llm::ActivationRules RulesOf(const StepParams& params) {
  const ParallelPlan& p = params.plan;
  const Framework& f = params.framework;
  llm::ActivationRules r{f.linear_input_bytes, f.fused_attention, f.dropout, p.recompute};
  r.drop_mla_up = p.again.mla_up;
  r.drop_activation = p.again.activation;
  r.drop_norm = p.again.norm;
  r.drop_dense_ffn = p.again.dense_ffn;
  r.activation_input_bytes = p.activation_input_bytes;
  r.adapter_rank = p.adapter.rank;
  r.adapter_ffn = p.adapter.feed_forward;
  return r;
}

}  // namespace

double KeptByLayer(const StepParams& params, std::uint32_t layer, double tokens, const llm::LayerShard& shard) {
  llm::ActivationRules rules = RulesOf(params);
  const auto bytes = [&] { return llm::ActivationBytesOfLayer(params.model, layer, tokens, params.plan.sequence, shard, rules); };
  const double again = params.plan.RecomputedShare(params.model.layers);
  if (again == 0 || again == 1) return bytes();
  const double small = bytes();
  rules.recompute = llm::Recompute::kNone;
  return again * small + (1 - again) * bytes();
}

namespace {

/// Bytes of a dense layer and of one with experts; all layers of a kind are alike.
struct LayerBytes {
  LayerBytes(const StepParams& params, double tokens, const llm::LayerShard& shard) {
    const llm::Architecture& a = params.model;
    const auto of = [&](std::uint32_t i) { return KeptByLayer(params, i, tokens, shard); };
    last = of(a.layers - 1);
    first = a.moe_layer(0) == a.moe_layer(a.layers - 1) ? last : of(0);
  }
  double first = 0, last = 0;
};

double ChunkActivations(const StepParams& params, const Chunk& c, double tokens, const LayerBytes& layer,
                        const llm::ActivationRules& rules, const llm::LayerShard& shard) {
  const llm::Architecture& a = params.model;
  const bool same = a.moe_layer(0) == a.moe_layer(a.layers - 1);
  double bytes = 0;
  for (std::uint32_t i = c.first_layer; i < c.first_layer + c.layers; ++i)
    bytes += same || a.moe_layer(i) ? layer.last : layer.first;
  bytes *= 1 - params.plan.offload.ActivationShare(a.layers);
  if (c.embedding) bytes += llm::ActivationBytesOfEmbedding(a, tokens, shard, rules);
  if (c.head) bytes += llm::ActivationBytesOfHead(a, tokens, shard, rules) * (1.0 + a.mtp_layers) + a.mtp_layers * layer.last;
  return bytes;
}

}  // namespace

std::vector<MemoryUse> MemoryOfStages(const StepParams& params, const std::vector<Chunk>& layout,
                                      const std::vector<ChunkParameters>& parameters,
                                      const Orders& orders, double tokens) {
  const ParallelPlan& p = params.plan;
  const Framework& f = params.framework;
  const ScheduleRow& row = RowOf(p.schedule);
  const llm::ActivationRules rules = RulesOf(params);
  llm::ActivationRules whole = rules;
  whole.recompute = llm::Recompute::kNone;
  whole.drop_mla_up = whole.drop_activation = whole.drop_norm = whole.drop_dense_ffn = false;
  const bool again = p.again.mla_up || p.again.activation || p.again.norm || p.again.dense_ffn;
  const llm::LayerShard shard{double(p.tp), p.sequence_parallel, double(p.ep), double(p.etp)};
  const LayerBytes layer(params, tokens, shard);
  std::vector<double> bytes;
  bytes.reserve(layout.size());
  for (const Chunk& c : layout) bytes.push_back(ChunkActivations(params, c, tokens, layer, rules, shard));

  std::vector<MemoryUse> out(p.pp);
  for (std::uint32_t s = 0; s < p.pp; ++s) {
    MemoryUse& m = out[s];
    m.stage = s;
    double largest_layer = 0;
    const auto add = [&](double count, double shards) {
      m.weights += count * f.weight_bytes / (p.zero >= 3 ? shards : 1);
      m.gradients += count * f.gradient_bytes / (p.zero >= 2 ? shards : 1);
      m.optimizer += count * f.optimizer_bytes / (p.zero >= 1 ? shards : 1);
    };
    for (std::uint32_t c = 0; c < p.virtual_stages; ++c) {
      const std::uint32_t i = PositionOf(row, p.pp, s, c);
      add(parameters[i].dense, p.dense_shards());
      add(parameters[i].experts, p.expert_shards());
      m.weights += parameters[i].frozen * f.frozen_bytes / (p.zero >= 3 ? p.dense_shards() : 1);
      const double layers = std::max<std::uint32_t>(1, layout[i].layers);
      largest_layer =
          std::max(largest_layer, (parameters[i].dense + parameters[i].experts + parameters[i].frozen) / layers);
    }
    if (p.offload.optimizer != Place::kDevice) m.optimizer = 0;
    if (p.offload.parameters != Place::kDevice) m.weights = 0;
    m.activations = PeakInFlight(row, orders[s], p.pp, s, bytes);
    if (p.offload.activations != Place::kDevice) m.transient += 2 * std::max(layer.first, layer.last);
    if (p.zero >= 3) m.transient += 2 * largest_layer * f.weight_bytes;
    if (p.recompute == llm::Recompute::kFull) {
      m.transient += llm::ActivationBytesOfLayer(params.model, params.model.layers - 1, tokens,
                                                 p.sequence, shard, whole);
    } else if (again || (p.recompute == llm::Recompute::kSelective && !f.fused_attention)) {
      m.transient += llm::ActivationBytesOfLayer(params.model, params.model.layers - 1, tokens,
                                                 p.sequence, shard, whole) -
                     llm::ActivationBytesOfLayer(params.model, params.model.layers - 1, tokens,
                                                 p.sequence, shard, rules);
    }
  }
  return out;
}

MemoryVerdict Judge(const StepParams& params, const std::vector<MemoryUse>& stages) {
  MemoryVerdict v;
  v.fullest = *std::max_element(
      stages.begin(), stages.end(),
      [](const MemoryUse& a, const MemoryUse& b) { return a.total() < b.total(); });
  v.capacity = params.memory_capacity * params.memory_usable;
  v.fits = params.memory_capacity <= 0 || v.fullest.total() <= v.capacity;
  const MemoryUse& m = v.fullest;
  v.text = fmt::format(
      "stage {} needs {:.1f} GiB of {:.1f} GiB usable: weights {:.1f}, gradients {:.1f}, optimizer "
      "{:.1f}, "
      "activations {:.1f}, transient {:.1f}",
      m.stage, m.total() / kGiB, v.capacity / kGiB, m.weights / kGiB, m.gradients / kGiB,
      m.optimizer / kGiB, m.activations / kGiB, m.transient / kGiB);
  return v;
}

}  // namespace headroom::training
