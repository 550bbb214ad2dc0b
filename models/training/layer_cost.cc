#include "models/training/layer_cost.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "models/llm/parameters.h"

namespace headroom::training {
namespace {

using network::Algorithm;
using network::Operation;

compute::Precision HalfOf(compute::Precision p) {
  return p == compute::Precision::kFp16 || p == compute::Precision::kFp32 || p == compute::Precision::kTf32
             ? p
             : compute::Precision::kBf16;
}

std::vector<llm::AttentionWork> AttentionBlocks(const ParallelPlan& plan) {
  const double local = double(plan.sequence) / plan.cp;
  std::vector<llm::AttentionWork> out{{double(plan.micro_batch), local, local, true, false}};
  for (std::uint32_t i = 1; i < plan.cp; ++i) {
    out.push_back({double(plan.micro_batch), 0.5 * local, local, false, false});
  }
  return out;
}

}  // namespace

LayerCost::LayerCost(const StepParams& params, const compute::KernelModel& kernels, double clock)
    : params_(params), kernels_(kernels), clock_(clock) {
  clock_ /= 1 + params.framework.chip_spread * LargestOf(params.plan.accelerators());
  const ParallelPlan& p = params.plan;
  tokens_ = double(p.micro_batch) * p.sequence / p.cp;
  shard_ = {double(p.tp), p.sequence_parallel, double(p.ep), double(p.etp)};
  if (p.tp > 1) {
    const network::Group group = network::MakeGroup(params.fabric, p.tp, 1);
    const double elements = tokens_ * params.model.hidden;
    const auto cost = [&](Operation op, double bytes) {
      return network::Cost(params.fabric, group, op, Algorithm::kAuto, bytes).seconds;
    };
    tp_.gather = cost(Operation::kAllGather, elements * params.framework.tp_gather_bytes);
    tp_.gather_gradient = tp_.gather;
    tp_.scatter = cost(Operation::kReduceScatter, elements * llm::kElement);
    tp_.reduce = cost(Operation::kAllReduce, elements * llm::kElement);
  }
}

double LayerCost::Seconds(const compute::KernelCost& cost, double derate) const {
  return cost.seconds + cost.compute_seconds * (1 / (derate * clock_) - 1);
}

double LayerCost::Gemm(double m, double n, double k, double groups, bool linear) const {
  const compute::Precision half = HalfOf(params_.plan.precision);
  const compute::Precision p = linear ? params_.plan.precision : half;
  const double derate = linear && p != half ? params_.linear_derate : params_.half_derate;
  const compute::GemmShape shape{m, n, k, 1};
  return Seconds(groups > 1 ? kernels_.GroupedGemm(groups, shape, p) : kernels_.Gemm(shape, p), derate);
}

double LayerCost::WeightGemm(const llm::Operator& op) const {
  const double product = Gemm(op.n, op.k, op.m, op.groups, op.linear);
  // The gradient buffer is read and written beside the product; the longer of both, joined as the kernel model joins.
  const double bytes = 2 * params_.framework.gradient_bytes * op.n * op.k * op.groups;
  return std::cbrt(std::pow(product, 3) + std::pow(kernels_.Elementwise(bytes).seconds, 3));
}

void LayerCost::AddCasts(const llm::Operator& op, PassTimes* out) const {
  if (params_.framework.linear_input_bytes >= llm::kElement) return;
  // Read in bf16, written as rows and as columns. Inputs are cast by the kernel before, except attention's output.
  const double bytes = llm::kElement + 2 * params_.framework.linear_input_bytes;
  const bool fused = std::string_view(op.name) != "attention_out";
  AddElementwise(fused ? 0 : bytes * op.m * op.k * op.groups, bytes * op.m * op.n * op.groups, out);
}

void LayerCost::AddElementwise(double forward_bytes, double backward_bytes, PassTimes* out) const {
  if (forward_bytes > 0) out->forward.Add(compute::KernelKind::kMemory, kernels_.Elementwise(forward_bytes).seconds);
  out->backward.Add(compute::KernelKind::kMemory, kernels_.Elementwise(backward_bytes).seconds);
}

void LayerCost::AddAttention(const llm::Operator& op, PassTimes* out) const {
  if (params_.framework.fused_attention) {
    compute::AttentionShape s;
    s.sequences = op.sequences;
    s.query = op.query;
    s.context = op.context;
    s.heads = op.heads;
    s.kv_heads = op.kv_heads;
    s.head_dim = op.qk_dim;
    s.v_dim = op.v_dim;
    s.causal = op.causal;
    out->forward.Add(compute::KernelKind::kPrefillAttention, Seconds(kernels_.PrefillAttention(s), 1));
    out->backward.Add(compute::KernelKind::kPrefillAttention, Seconds(kernels_.AttentionBackward(s), 1));
    return;
  }
  // Scores through memory, all pairs: softmax reads and writes, dropout reads, writes and keeps a mask.
  const double batch = op.sequences * op.heads;
  const double pairs = batch * op.query * op.context;
  const double softmax = kernels_.Elementwise(pairs * 2 * llm::kElement).seconds;
  const double dropout =
      params_.framework.dropout ? kernels_.Elementwise(pairs * (2 * llm::kElement + 1)).seconds : 0;
  const auto product = [&](double m, double n, double k) { return Gemm(m, n, k, batch, false); };
  const double scores = product(op.query, op.context, op.qk_dim);
  const double mix = product(op.query, op.v_dim, op.context);
  PassTimes t;
  t.forward.Add(compute::KernelKind::kGemm, scores + mix);
  t.forward.Add(compute::KernelKind::kMemory, softmax + dropout);
  t.backward.Add(compute::KernelKind::kGemm, 2 * scores + 2 * mix);
  t.backward.Add(compute::KernelKind::kMemory, 1.5 * softmax + dropout);
  if (params_.plan.recompute == llm::Recompute::kSelective) t.backward += t.forward;
  out->AddScaled(t, 1);
}

void LayerCost::Expose(double communication, double room, bool hide, WorkTime* out) const {
  const double tp = params_.plan.tp;
  const double hidden = hide ? params_.framework.tp_hidden_share * (tp - 1) / tp * std::min(communication, room) : 0;
  out->tp += communication - hidden * (1 - params_.framework.overlap_slowdown);
  out->tp_hidden += hidden;
}

void LayerCost::AddTensorParallel(const std::vector<llm::Operator>& ops, PassTimes* out) const {
  if (params_.plan.tp == 1) return;
  const bool hide = params_.plan.overlap.tp;
  if (!params_.plan.sequence_parallel) {
    // One all-reduce at the end of each block forward, at its beginning backward; nothing to pipeline them with.
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
    const auto gemm = [&](const llm::Operator& o) { return Gemm(o.m, o.n, o.k, o.groups, o.linear); };
    Expose(tp_.gather, gemm(*first[b]), hide, &out->forward);
    Expose(tp_.scatter, gemm(*last[b]), hide, &out->forward);
    Expose(tp_.gather_gradient, gemm(*last[b]), hide, &out->backward);  // with the last product's dgrad
    Expose(tp_.gather, gemm(*first[b]), hide, &out->backward);          // saved input, beside dgrad
    Expose(tp_.scatter, WeightGemm(*first[b]), hide, &out->backward);   // beside the weight product
  }
}

void LayerCost::AddContextParallel(PassTimes* out, const PassTimes& step) const {
  const ParallelPlan& p = params_.plan;
  if (p.cp == 1) return;
  const network::Group pair = network::MakeGroup(params_.fabric, 2, p.tp);
  const llm::Architecture& a = params_.model;
  const double width = a.is_mla() ? a.heads / p.tp * (a.qk_dim() + a.value_dim())
                                  : 2 * llm::LocalKvHeads(a, p.tp) * a.head_dim;
  const bool leaves = network::MakeGroup(params_.fabric, p.cp, p.tp).domains > 1;
  const double bytes = tokens_ * width * llm::kElement;
  const double forward = network::SendSeconds(params_.fabric, leaves, pair.beyond_leaf, bytes);
  const double backward = network::SendSeconds(params_.fabric, leaves, pair.beyond_leaf, 2 * bytes);
  const double slow = params_.framework.overlap_slowdown;
  const auto exposed = [&](double communication, double room) {
    const double hidden = p.overlap.cp ? std::min(communication, room) : 0;
    return (p.cp - 1) * (communication - hidden * (1 - slow));
  };
  out->forward.cp += exposed(forward, step.forward.compute);
  out->backward.cp += exposed(backward, step.backward.compute);
  // Partial outputs are joined by their log-sum-exp: one pass over the output per exchange.
  const double merge = tokens_ * a.heads / p.tp * a.value_dim() * 3 * llm::kElement;
  out->forward.Add(compute::KernelKind::kMemory, (p.cp - 1) * kernels_.Elementwise(merge).seconds);
}

void LayerCost::AddExpertParallel(PassTimes* out) const {
  const ParallelPlan& p = params_.plan;
  if (p.ep == 1) return;
  const network::Group group = network::MakeGroup(params_.fabric, p.ep, p.etp);
  const double outside = p.sequence_parallel ? tokens_ / p.tp : tokens_;
  const double bytes = outside * params_.model.moe.experts_per_token * params_.model.hidden * llm::kElement;
  const double t =
      network::Cost(params_.fabric, group, Operation::kAllToAll, Algorithm::kAuto, bytes).seconds;
  out->forward.ep += 2 * t;
  out->backward.ep += 2 * t;
}

void LayerCost::AddSharded(std::uint32_t layer, PassTimes* out) const {
  const ParallelPlan& p = params_.plan;
  if (p.zero != 3) return;
  const llm::LayerParameters w = llm::ParametersOfLayer(params_.model, layer);
  const auto add = [&](double parameters, std::uint32_t ranks, std::uint32_t stride) {
    if (ranks <= 1 || parameters == 0) return;
    const network::Group group = network::MakeGroup(params_.fabric, ranks, stride);
    const auto cost = [&](Operation op, double bytes) {
      return network::Cost(params_.fabric, group, op, Algorithm::kAuto, bytes).seconds;
    };
    const double gather = cost(Operation::kAllGather, parameters * params_.framework.gather_bytes);
    const double scatter = cost(Operation::kReduceScatter, parameters * params_.framework.gradient_bytes);
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
  add((w.attention + w.dense_ffn) / p.tp + w.replicated, p.dense_replicas(), p.tp);
  add(w.routed / (p.ep * p.etp), p.expert_replicas(), p.ep * p.etp);
}

PassTimes LayerCost::Layer(std::uint32_t layer) const {
  const std::vector<llm::Operator> ops =
      llm::LayerOperators(params_.model, layer, tokens_, AttentionBlocks(params_.plan), shard_);
  PassTimes t;
  PassTimes block;  // the attention that one exchange of keys and values hides behind
  const bool classic = params_.framework.dropout;
  for (const llm::Operator& op : ops) {
    switch (op.kind) {
      case llm::OperatorKind::kGemm:
      case llm::OperatorKind::kGroupedGemm:
        t.forward.Add(compute::KernelKind::kGemm, Gemm(op.m, op.n, op.k, op.groups, op.linear));
        t.backward.Add(compute::KernelKind::kGemm, Gemm(op.m, op.k, op.n, op.groups, op.linear));
        t.weight.Add(compute::KernelKind::kGemm, WeightGemm(op));
        if (op.linear) AddCasts(op, &t);
        break;
      case llm::OperatorKind::kAttention: {
        PassTimes one;
        AddAttention(op, &one);
        t.AddScaled(one, 1);
        block = one;
        break;
      }
      case llm::OperatorKind::kElementwise: {
        // Dropout reads or writes a mask of one byte beside the three passes of a residual.
        const double bytes = classic ? op.bytes * 7.0 / 6.0 : op.bytes;
        AddElementwise(bytes, bytes * params_.framework.backward_elementwise, &t);
        break;
      }
    }
  }
  AddTensorParallel(ops, &t);
  AddContextParallel(&t, block);
  if (params_.model.moe_layer(layer)) AddExpertParallel(&t);
  if (params_.plan.recompute == llm::Recompute::kFull) t.backward += t.forward;
  AddSharded(layer, &t);
  return t;
}

PassTimes LayerCost::Embedding() const {
  PassTimes t;
  const double outside = shard_.sequence_parallel ? tokens_ / shard_.tp : tokens_;
  const double bytes = outside * params_.model.hidden * 2 * llm::kElement;
  AddElementwise(bytes, 1.5 * bytes, &t);
  if (params_.plan.tp > 1) {
    t.forward.tp += params_.plan.sequence_parallel ? tp_.scatter : tp_.reduce;
    t.backward.tp += params_.plan.sequence_parallel ? tp_.gather_gradient : 0;
  }
  return t;
}

PassTimes LayerCost::Head() const {
  PassTimes t;
  for (const llm::Operator& op : llm::HeadOperators(params_.model, tokens_, shard_)) {
    if (op.kind == llm::OperatorKind::kElementwise) {
      AddElementwise(op.bytes, op.bytes * params_.framework.backward_elementwise, &t);
      continue;
    }
    t.forward.Add(compute::KernelKind::kGemm, Gemm(op.m, op.n, op.k, 1, false));
    t.backward.Add(compute::KernelKind::kGemm, Gemm(op.m, op.k, op.n, 1, false));
    t.weight.Add(compute::KernelKind::kGemm, WeightGemm(op));
  }
  const double logits = tokens_ * params_.model.vocab / shard_.tp;
  AddElementwise(logits * params_.framework.loss_forward_bytes, logits * params_.framework.loss_backward_bytes, &t);
  if (params_.plan.tp > 1) {
    t.forward.tp += params_.plan.sequence_parallel ? tp_.gather : 0;
    t.backward.tp += params_.plan.sequence_parallel ? tp_.gather + tp_.scatter : tp_.reduce;
  }
  return t;
}

}  // namespace headroom::training
