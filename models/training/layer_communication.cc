#include <algorithm>

#include "models/llm/parameters.h"
#include "models/training/expert_exchange.h"
#include "models/training/layer_cost.h"
#include "models/training/memory.h"

/// The collectives inside a layer: LayerCost's part that moves bytes between accelerators.
namespace headroom::training {

using network::Algorithm;
using network::Operation;

void LayerCost::Expose(double communication, double room, bool hide, WorkTime* out) const {
  const double tp = params_.plan.tp;
  const double hidden =
      hide ? params_.framework.tp_hidden_share * (tp - 1) / tp * std::min(communication, room) : 0;
  out->tp += communication - hidden * (1 - params_.framework.overlap_slowdown);
  out->tp_hidden += hidden;
}

void LayerCost::AddTensorParallel(const std::vector<llm::Operator>& ops, PassTimes* out) const {
  if (params_.plan.tp == 1) return;
  const bool hide = params_.plan.overlap.tp;
  if (!params_.plan.sequence_parallel) {
    // One all-reduce at the end of each block forward, at its beginning backward; nothing to
    // pipeline them with.
    out->forward.tp += 2 * tp_.reduce;
    out->backward.tp += 2 * tp_.reduce;
    return;
  }
  // First and last product of each block, of whatever kind.
  const llm::Operator* first[2] = {nullptr, nullptr};
  const llm::Operator* last[2] = {nullptr, nullptr};
  for (const llm::Operator& op : ops) {
    if (op.kind != llm::OperatorKind::kGemm || !op.linear) continue;
    const auto b = static_cast<std::size_t>(op.block);
    if (b > 1) continue;
    if (first[b] == nullptr) first[b] = &op;
    last[b] = &op;
  }
  for (std::size_t b = 0; b < 2; ++b) {
    if (first[b] == nullptr) continue;
    const auto gemm = [&](const llm::Operator& o) {
      return Gemm(o.m, o.n, o.k, o.groups, o.linear);
    };
    Expose(tp_.gather, gemm(*first[b]), hide, &out->forward);
    Expose(tp_.scatter, gemm(*last[b]), hide, &out->forward);
    Expose(tp_.gather_gradient, gemm(*last[b]), hide,
           &out->backward);                                     // with the last product's dgrad
    Expose(tp_.gather, gemm(*first[b]), hide, &out->backward);  // saved input, beside dgrad
    Expose(tp_.scatter, WeightGemm(*first[b]), hide, &out->backward);  // beside the weight product
  }
}

void LayerCost::AddContextParallel(double window, PassTimes* out, const PassTimes& step) const {
  const ParallelPlan& p = params_.plan;
  if (p.cp == 1) return;
  const llm::Architecture& a = params_.model;
  const double width = a.is_mla() ? a.heads / p.tp * (a.qk_dim() + a.value_dim())
                                  : 2 * llm::LocalKvHeads(a, p.tp) * a.head_dim;
  const network::Group ring = network::MakeGroup(params_.fabric, p.cp, p.tp);
  const bool leaves = ring.domains > 1;
  const double steps = p.RingSteps(window);
  const double bytes = p.RingTokens(window) / steps * width * llm::kElement;
  const double forward = network::SendSeconds(params_.fabric, leaves, ring.beyond_leaf, bytes);
  const double backward = network::SendSeconds(params_.fabric, leaves, ring.beyond_leaf, 2 * bytes);
  const double slow = params_.framework.overlap_slowdown;
  const auto exposed = [&](double communication, double room) {
    const double hidden = p.overlap.cp ? std::min(communication, room) : 0;
    return steps * (communication - hidden * (1 - slow));
  };
  if (const double halo = p.RingHalo(window); halo >= 0) {
    // What a rank holds of its keys itself is attended to meanwhile: that part of one of its two pieces.
    const double piece = p.packing.Length(p.sequence) / (2.0 * p.cp);
    const double own = 2 * piece / (piece + halo) / steps;
    out->forward.cp += exposed(forward, own * step.forward.compute);
    out->backward.cp += exposed(backward, own * step.backward.compute);
    return;
  }
  out->forward.cp += exposed(forward, step.forward.compute);
  out->backward.cp += exposed(backward, step.backward.compute);
  // Partial outputs are joined by their log-sum-exp: one pass over the output per exchange.
  const double merge = tokens_ * a.heads / p.tp * a.value_dim() * 3 * llm::kElement;
  out->forward.Add(compute::KernelKind::kMemory, (p.cp - 1) * kernels_.Elementwise(merge).seconds);
}

/// Queries, keys and values give up their sequence shares for head shares before attention, the
/// result the other way after it; backward mirrors both.
void LayerCost::AddUlysses(PassTimes* out) const {
  const ParallelPlan& p = params_.plan;
  if (p.cp == 1) return;
  const llm::Architecture& a = params_.model;
  const network::Group group = network::MakeGroup(params_.fabric, p.cp, p.tp);
  const double heads = a.heads / p.tp;
  const double kv = a.is_mla() ? heads : std::max<double>(p.cp, llm::LocalKvHeads(a, p.tp));
  const auto exchange = [&](double width) {
    return network::Cost(params_.fabric, group, Operation::kAllToAll, Algorithm::kAuto,
                         tokens_ * width * llm::kElement)
        .seconds;
  };
  const double t = exchange(heads * a.qk_dim() + kv * (a.qk_dim() + a.value_dim())) +
                   exchange(heads * a.value_dim());
  out->forward.cp += t;
  out->backward.cp += t;
}

void LayerCost::AddExpertParallel(PassTimes* out) const {
  const ParallelPlan& p = params_.plan;
  const double outside = p.sequence_parallel ? tokens_ / p.tp : tokens_;
  const double k = params_.model.moe.experts_per_token, width = params_.model.hidden;
  if (p.ep > 1 && p.experts.dispatcher == Dispatcher::kAllToAll) {
    const double t = CollectiveExchangeSeconds(params_.fabric, p, outside * k * width * llm::kElement * p.experts.busiest);
    out->forward.ep += 2 * t;
    out->backward.ep += 2 * t;
  } else if (p.ep > 1) {
    const ExpertExchange x = MakeExpertExchange(params_.fabric, p, k);
    const double tokens = outside * p.experts.busiest;
    const double back = x.Seconds(tokens, width, llm::kElement);
    out->forward.ep += x.Seconds(tokens, width, p.experts.dispatch_bytes) + back;
    out->backward.ep += 2 * back;
  }
  if (p.etp > 1) {
    const network::Group group = network::MakeGroup(params_.fabric, p.etp, 1);
    double t = 0;
    for (const Operation op : {Operation::kAllGather, Operation::kReduceScatter}) {
      t += network::Cost(params_.fabric, group, op, Algorithm::kAuto,
                         outside * k * width * llm::kElement * p.etp)
               .seconds;
    }
    out->forward.ep += t;
    out->backward.ep += t;
  }
}

/// One micro-batch's exchange runs beside another's compute, except where the pipeline fills and
/// drains.
void LayerCost::HideExchange(PassTimes* out) const {
  const ParallelPlan& p = params_.plan;
  const Framework& f = params_.framework;
  const double exchange = out->forward.ep + out->backward.ep;
  if (exchange <= 0) return;
  const double room = out->forward.compute + out->backward.compute + out->weight.compute;
  const double paired = p.micro_batches() / (p.micro_batches() + p.pp - 1.0);
  const double hidden = f.ep_hidden_share * paired * std::min(exchange, room);
  const double left = 1 - hidden / exchange * (1 - f.ep_slowdown);
  for (WorkTime* pass : {&out->forward, &out->backward}) {
    pass->ep_hidden += hidden * pass->ep / exchange;
    pass->ep *= left;
  }
}

void LayerCost::AddSharded(std::uint32_t layer, PassTimes* out) const {
  const ParallelPlan& p = params_.plan;
  if (p.zero != 3) return;
  const llm::LayerParameters w = llm::ParametersOfLayer(params_.model, layer);
  const bool frozen = p.adapter.trained();
  const Offload& off = p.offload;
  const auto add = [&](double parameters, std::uint32_t ranks, std::uint32_t stride) {
    if (ranks <= 1 || parameters == 0) return;
    const network::Group group = network::MakeGroup(params_.fabric, ranks, stride);
    const auto cost = [&](Operation op, double bytes) {
      return network::Cost(params_.fabric, group, op, Algorithm::kAuto, bytes).seconds;
    };
    double gather = cost(Operation::kAllGather, parameters * params_.framework.gather_bytes);
    // The shard comes from the host or NVMe first; both go on at once.
    if (off.parameters != Place::kDevice)
      gather = std::max(gather, parameters * params_.framework.gather_bytes / ranks / off.Rate(off.parameters));
    const double scatter =
        frozen ? 0 : cost(Operation::kReduceScatter, parameters * params_.framework.gradient_bytes);
    const double slow = params_.framework.overlap_slowdown;
    const auto exposed = [&](double t, double room, bool hide) {
      const double hidden = hide ? std::min(t, room) : 0;
      return t - hidden * (1 - slow);
    };
    out->forward.dp += exposed(gather, out->forward.compute, p.overlap.param_gather);
    const double room = out->backward.compute + out->weight.compute;
    out->backward.dp += exposed(gather, room, p.overlap.param_gather);
    out->backward.dp += exposed(scatter, std::max(0.0, room - gather), p.overlap.grad_reduce);
  };
  add((w.attention + w.dense_ffn) / p.tp + w.replicated, p.dense_shards(), p.tp);
  add(w.routed / (p.ep * p.etp), p.expert_shards(), p.ep * p.etp);
}

/// Kept activations leave for the host beside the forward pass and come back beside the backward pass.
void LayerCost::AddOffload(std::uint32_t layer, PassTimes* out) const {
  const ParallelPlan& p = params_.plan;
  const double share = p.offload.ActivationShare(params_.model.layers);
  if (share <= 0) return;
  const double bytes = share * KeptByLayer(params_, layer, tokens_, shard_);
  const double t = bytes / p.offload.link;
  out->forward.host += std::max(0.0, t - out->forward.total());
  out->backward.host += std::max(0.0, t - out->backward.total() - out->weight.total());
}

}  // namespace headroom::training
