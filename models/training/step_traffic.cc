#include "models/training/step_traffic.h"

#include <array>
#include <cmath>
#include <vector>

#include "models/llm/layer.h"
#include "models/llm/parameters.h"
#include "models/training/chunk_cost.h"
#include "models/training/data_parallel.h"
#include "models/training/expert_exchange.h"

namespace headroom::training {
namespace {

using network::Operation;
using network::Traffic;

/// A rank's transfers of one layer for one micro-batch.
struct LayerTraffic {
  Traffic tp, cp, ep, dp;
};

/// Counts what one rank sends.
class RankTraffic {
 public:
  explicit RankTraffic(const StepParams& params) : params_(params), p_(params.plan), tokens_(p_.tokens_per_pass()) {
    elements_ = tokens_ * params.model.hidden;
    gather_ = Tensor(Operation::kAllGather, elements_ * params.framework.tp_gather_bytes);
    scatter_ = Tensor(Operation::kReduceScatter, elements_ * llm::kElement);
    reduce_ = Tensor(Operation::kAllReduce, elements_ * llm::kElement);
  }

  LayerTraffic Layer(std::uint32_t layer) const {
    LayerTraffic forward, backward;
    Tensors(layer, &forward, &backward);
    Context(layer, &forward, &backward);
    if (params_.model.moe_layer(layer)) Experts(&forward, &backward);
    LayerTraffic out;
    const double passes = 1 + p_.RecomputedShare(params_.model.layers);
    for (Traffic LayerTraffic::*part : {&LayerTraffic::tp, &LayerTraffic::cp, &LayerTraffic::ep})
      (out.*part).Add(forward.*part, passes).Add(backward.*part);
    Sharded(layer, &out.dp);
    return out;
  }
  Traffic Embedding() const {
    if (!p_.sequence_parallel) return reduce_;
    return Traffic(scatter_).Add(gather_);
  }
  Traffic Head() const {
    if (!p_.sequence_parallel) return reduce_;
    return Traffic(scatter_).Add(gather_, 2);
  }
  /// Of one boundary between stages, one way.
  double Activations() const { return elements_ * llm::kElement / p_.tp; }

  /// Gradients and parameters of one chunk, once a step.
  Traffic Replicas(const ChunkParameters& chunk) const {
    Traffic out;
    if (p_.zero == 3 && p_.replicas == 1) return out;
    const auto add = [&](double parameters, std::uint32_t ranks, std::uint32_t stride) {
      const double gradient = parameters * params_.framework.gradient_bytes;
      if (p_.zero == 0) {
        out.Add(Collective(ranks, stride, Operation::kAllReduce, gradient));
        return;
      }
      const std::uint32_t shards = std::max(1u, ranks / p_.replicas);
      out.Add(Collective(p_.replicas, stride * shards, Operation::kAllReduce, gradient / shards));
      if (p_.zero == 3) return;
      out.Add(Collective(shards, stride, Operation::kReduceScatter, gradient));
      out.Add(Collective(shards, stride, Operation::kAllGather, parameters * params_.framework.gather_bytes));
    };
    add(chunk.dense, p_.dense_replicas(), p_.tp);
    if (params_.model.is_moe()) add(chunk.experts, p_.expert_replicas(), p_.ep * p_.etp);
    return out;
  }

 private:
  Traffic Collective(std::uint32_t ranks, std::uint32_t stride, Operation op, double bytes) const {
    if (ranks <= 1 || bytes <= 0) return {};
    const network::Group group = network::MakeGroup(params_.fabric, ranks, stride);
    const bool in_network = op == Operation::kAllReduce &&
                            network::Cost(params_.fabric, group, op, network::Algorithm::kAuto, bytes).in_network;
    return network::TrafficOf(group, op, in_network, bytes);
  }
  Traffic Tensor(Operation op, double bytes) const { return Collective(p_.tp, 1, op, bytes); }

  void Tensors(std::uint32_t layer, LayerTraffic* forward, LayerTraffic* backward) const {
    if (p_.tp == 1) return;
    if (!p_.sequence_parallel) {
      forward->tp.Add(reduce_, 2);
      backward->tp.Add(reduce_, 2);
      return;
    }
    const llm::LayerShard shard{double(p_.tp), p_.sequence_parallel, double(p_.ep), double(p_.etp), 1.0};
    bool block[2] = {false, false};
    for (const llm::Operator& op : llm::LayerOperators(params_.model, layer, tokens_, {}, shard))
      if (op.kind == llm::OperatorKind::kGemm && op.linear && static_cast<std::size_t>(op.block) < 2)
        block[static_cast<std::size_t>(op.block)] = true;
    for (const bool there : block) {
      if (!there) continue;
      forward->tp.Add(gather_).Add(scatter_);
      backward->tp.Add(gather_, 2).Add(scatter_);
    }
  }

  void Context(std::uint32_t layer, LayerTraffic* forward, LayerTraffic* backward) const {
    if (p_.cp == 1) return;
    const llm::Architecture& a = params_.model;
    if (p_.context == ContextKind::kUlysses) {
      const double heads = a.heads / p_.tp;
      const double kv = a.is_mla() ? heads : std::max<double>(p_.cp, llm::LocalKvHeads(a, p_.tp));
      const double width = heads * a.qk_dim() + kv * (a.qk_dim() + a.value_dim()) + heads * a.value_dim();
      const Traffic t = Collective(p_.cp, p_.tp, Operation::kAllToAll, tokens_ * width * llm::kElement);
      forward->cp.Add(t);
      backward->cp.Add(t);
      return;
    }
    const double width =
        a.is_mla() ? a.heads / p_.tp * (a.qk_dim() + a.value_dim()) : 2 * llm::LocalKvHeads(a, p_.tp) * a.head_dim;
    const double window = a.windowed(layer) ? a.window : 0;
    const Traffic t = Collective(p_.cp, p_.tp, Operation::kSendRecv, p_.RingTokens(window) * width * llm::kElement);
    forward->cp.Add(t);
    backward->cp.Add(t, 2);  // with their gradients
  }

  void Experts(LayerTraffic* forward, LayerTraffic* backward) const {
    const double outside = p_.sequence_parallel ? tokens_ / p_.tp : tokens_;
    const double k = params_.model.moe.experts_per_token, width = params_.model.hidden;
    const double row = outside * width;
    if (p_.ep > 1 && p_.experts.dispatcher == Dispatcher::kAllToAll) {
      const Traffic t = Collective(p_.ep, p_.etp, Operation::kAllToAll, row * k * llm::kElement);
      forward->ep.Add(t, 2);
      backward->ep.Add(t, 2);
    } else if (p_.ep > 1) {
      const ExpertExchange x = MakeExpertExchange(params_.fabric, p_, k);
      const network::Group group = network::MakeGroup(params_.fabric, p_.ep, p_.etp);
      Traffic one = network::SentTo(false, false, false, x.inner * row);
      one.Add(network::SentTo(true, group.beyond_leaf, group.beyond_pod, x.outer * row));
      forward->ep.Add(one, p_.experts.dispatch_bytes + llm::kElement);
      backward->ep.Add(one, 2 * llm::kElement);
    }
    for (const Operation op : {Operation::kAllGather, Operation::kReduceScatter}) {
      const Traffic t = Collective(p_.etp, 1, op, row * k * llm::kElement * p_.etp);
      forward->ep.Add(t);
      backward->ep.Add(t);
    }
  }

  void Sharded(std::uint32_t layer, Traffic* out) const {
    if (p_.zero != 3) return;
    const llm::LayerParameters w = llm::ParametersOfLayer(params_.model, layer);
    const auto add = [&](double parameters, std::uint32_t ranks, std::uint32_t stride) {
      out->Add(Collective(ranks, stride, Operation::kAllGather, parameters * params_.framework.gather_bytes), 2);
      if (!p_.adapter.trained())
        out->Add(Collective(ranks, stride, Operation::kReduceScatter, parameters * params_.framework.gradient_bytes));
    };
    add((w.attention + w.dense_ffn) / p_.tp + w.replicated, p_.dense_shards(), p_.tp);
    add(w.routed / (p_.ep * p_.etp), p_.expert_shards(), p_.ep * p_.etp);
  }

  const StepParams& params_;
  const ParallelPlan& p_;
  double tokens_, elements_ = 0;
  Traffic gather_, scatter_, reduce_;
};

/// Activations forward and their gradients back over every boundary, of one rank of a stage for one micro-batch.
Traffic Boundaries(const StepModel& model, double bytes) {
  const StepParams& params = model.params();
  const ParallelPlan& p = params.plan;
  std::vector<std::uint32_t> stage_of(p.chunks());
  for (std::uint32_t s = 0; s < p.pp; ++s)
    for (std::uint32_t c = 0; c < p.virtual_stages; ++c)
      stage_of[PositionOf(RowOf(p.schedule), p.pp, s, c)] = s;
  const double inner = double(p.tp) * p.cp * p.dp;
  const network::ScaleOutParams& out = params.fabric.scale_out;
  const auto differ = [&](std::uint32_t a, std::uint32_t b, double size) {
    return size > 0 && std::floor(a * inner / size) != std::floor(b * inner / size);
  };
  Traffic sum;
  for (std::size_t i = 0; i + 1 < stage_of.size(); ++i) {
    const std::uint32_t a = stage_of[i], b = stage_of[i + 1];
    if (a == b) continue;
    const double domain = std::max<std::uint32_t>(1, params.fabric.scale_up.domain);
    sum.Add(network::SentTo(differ(a, b, domain), differ(a, b, out.leaf_accelerators), differ(a, b, out.pod_accelerators), bytes), 2);
  }
  return sum;
}

}  // namespace

network::Traffic StepTraffic::total() const {
  Traffic sum = tp;
  return sum.Add(cp).Add(ep).Add(pp).Add(dp);
}

void StepTraffic::Add(const StepTraffic& o, double times) {
  for (Traffic StepTraffic::*part : {&StepTraffic::tp, &StepTraffic::cp, &StepTraffic::ep, &StepTraffic::pp, &StepTraffic::dp})
    (this->*part).Add(o.*part, times);
}

StepTraffic TrafficOfStep(const StepModel& model) {
  const StepParams& params = model.params();
  const ParallelPlan& p = params.plan;
  const RankTraffic rank(params);
  StepTraffic out;
  // Ranks of a stage, and how often each of them does a layer.
  const double ranks = double(p.tp) * p.cp * p.dp, times = ranks * p.micro_batches();
  std::array<LayerTraffic, 4> kinds;
  const auto layers = LayersOfKinds(params.model);
  for (std::size_t kind = 0; kind < layers.size(); ++kind)
    if (layers[kind]) kinds[kind] = rank.Layer(*layers[kind]);
  const LayerTraffic& last = kinds[LayerKind(params.model, params.model.layers - 1)];
  const auto add = [&](const LayerTraffic& layer, double layers) {
    out.tp.Add(layer.tp, layers * times);
    out.cp.Add(layer.cp, layers * times);
    out.ep.Add(layer.ep, layers * times);
    out.dp.Add(layer.dp, layers * times);
  };
  for (std::size_t i = 0; i < model.layout().size(); ++i) {
    const Chunk& c = model.layout()[i];
    std::array<double, 4> count{};
    for (std::uint32_t l = c.first_layer; l < c.first_layer + c.layers; ++l) ++count[LayerKind(params.model, l)];
    for (std::size_t kind = 0; kind < count.size(); ++kind)
      if (count[kind] > 0) add(kinds[kind], count[kind]);
    if (c.embedding) out.tp.Add(rank.Embedding(), times);
    if (c.head) {
      out.tp.Add(rank.Head(), times * (1.0 + params.model.mtp_layers));
      add(last, params.model.mtp_layers);
    }
    out.dp.Add(rank.Replicas(model.parameters()[i]), ranks);
  }
  if (const TiedEmbedding tied = TiedEmbeddingOf(params); tied.bytes > 0) {
    const network::Group group = network::MakeGroup(params.fabric, 2, tied.stride);
    out.dp.Add(network::TrafficOf(group, Operation::kAllReduce, false, tied.bytes), 2 * ranks);
  }
  out.pp.Add(Boundaries(model, rank.Activations()), times);
  return out;
}

}  // namespace headroom::training
