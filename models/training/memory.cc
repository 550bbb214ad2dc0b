#include "models/training/memory.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/training/pipeline.h"

namespace headroom::training {
namespace {

constexpr double kGiB = 1024.0 * 1024 * 1024;

double ChunkActivations(const StepParams& params, const Chunk& c, double tokens,
                        const llm::ActivationRules& rules) {
  const llm::Architecture& a = params.model;
  const ParallelPlan& p = params.plan;
  const llm::LayerShard shard{double(p.tp), p.sequence_parallel, double(p.ep), double(p.etp)};
  double bytes = 0;
  for (std::uint32_t i = c.first_layer; i < c.first_layer + c.layers; ++i) {
    bytes += llm::ActivationBytesOfLayer(a, i, tokens, p.sequence, shard, rules);
  }
  if (c.embedding) bytes += llm::ActivationBytesOfEmbedding(a, tokens, shard, rules);
  if (c.head) {
    bytes += llm::ActivationBytesOfHead(a, tokens, shard, rules) * (1.0 + a.mtp_layers);
    for (std::uint32_t i = 0; i < a.mtp_layers; ++i) {
      bytes += llm::ActivationBytesOfLayer(a, a.layers + i, tokens, p.sequence, shard, rules);
    }
  }
  return bytes;
}

}  // namespace

std::vector<MemoryUse> MemoryOfStages(const StepParams& params, const std::vector<Chunk>& layout,
                                      const std::vector<ChunkParameters>& parameters,
                                      const Orders& orders, double tokens) {
  const ParallelPlan& p = params.plan;
  const Framework& f = params.framework;
  const ScheduleRow& row = RowOf(p.schedule);
  const llm::ActivationRules rules{f.linear_input_bytes, f.fused_attention, f.dropout, p.recompute};
  llm::ActivationRules whole = rules;
  whole.recompute = llm::Recompute::kNone;
  std::vector<double> bytes;
  for (const Chunk& c : layout) bytes.push_back(ChunkActivations(params, c, tokens, rules));
  const llm::LayerShard shard{double(p.tp), p.sequence_parallel, double(p.ep), double(p.etp)};

  std::vector<MemoryUse> out(p.pp);
  for (std::uint32_t s = 0; s < p.pp; ++s) {
    MemoryUse& m = out[s];
    m.stage = s;
    double largest_layer = 0;
    const auto add = [&](double count, double replicas) {
      m.weights += count * f.weight_bytes / (p.zero >= 3 ? replicas : 1);
      m.gradients += count * f.gradient_bytes / (p.zero >= 2 ? replicas : 1);
      m.optimizer += count * f.optimizer_bytes / (p.zero >= 1 ? replicas : 1);
    };
    for (std::uint32_t c = 0; c < p.virtual_stages; ++c) {
      const std::uint32_t i = PositionOf(row, p.pp, s, c);
      add(parameters[i].dense, p.dense_replicas());
      add(parameters[i].experts, p.expert_replicas());
      m.weights += parameters[i].frozen * f.weight_bytes / (p.zero >= 3 ? p.dense_replicas() : 1);
      const double layers = std::max<std::uint32_t>(1, layout[i].layers);
      largest_layer =
          std::max(largest_layer, (parameters[i].dense + parameters[i].experts + parameters[i].frozen) / layers);
    }
    if (p.offload.optimizer != Place::kDevice) m.optimizer = 0;
    if (p.offload.parameters != Place::kDevice) m.weights = 0;
    m.activations = PeakInFlight(row, orders[s], p.pp, s, bytes);
    if (p.zero >= 3) m.transient += 2 * largest_layer * f.weight_bytes;
    if (p.recompute == llm::Recompute::kFull) {
      m.transient += llm::ActivationBytesOfLayer(params.model, params.model.layers - 1, tokens,
                                                 p.sequence, shard, whole);
    } else if (p.recompute == llm::Recompute::kSelective && !f.fused_attention) {
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
