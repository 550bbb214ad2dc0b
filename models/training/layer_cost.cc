#include "models/training/layer_cost.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "models/training/expert_exchange.h"
#include "models/training/host_work.h"

namespace headroom::training {
namespace {

using network::Algorithm;
using network::Operation;

compute::Precision HalfOf(compute::Precision p) {
  return p == compute::Precision::kFp16 || p == compute::Precision::kFp32 ||
                 p == compute::Precision::kTf32
             ? p
             : compute::Precision::kBf16;
}

/// Nothing in the layer's own backward pass reads what it gives.
bool IsLastProduct(const llm::Operator& op) { return std::string_view(op.name) == "ffn_down"; }

/// Attention of one rank. Documents packed into a sequence are as many shorter sequences; over a
/// ring each rank keeps its share of the pairs. With a window below the length it has two of 2 cp pieces, each with the
/// keys before it that its window reaches; most are those of the rank that holds the middle.
std::vector<llm::AttentionWork> AttentionBlocks(const ParallelPlan& plan, double window) {
  const double length = plan.packing.Length(plan.sequence);
  const double documents = plan.micro_batch * plan.sequence / length;
  const bool whole = plan.cp == 1 || plan.context == ContextKind::kUlysses;
  if (whole) return {{documents, length, length, true, false}};
  if (const double halo = plan.RingHalo(window); halo >= 0) {
    const double piece = length / (2.0 * plan.cp);
    return {{documents, piece, std::min(length / 2, piece + halo), true, false},
            {documents, piece, std::min(length / 2 + piece, piece + halo), true, false}};
  }
  const double local = length / plan.cp;
  std::vector<llm::AttentionWork> out{{documents, local, local, true, false}};
  for (std::uint32_t i = 1; i < plan.cp; ++i)
    out.push_back({documents, 0.5 * local, local, false, false});
  return out;
}

}  // namespace

LayerCost::LayerCost(const StepParams& params, const compute::KernelModel& kernels, double clock)
    : params_(params), kernels_(kernels), clock_(clock) {
  clock_ /= 1 + params.framework.chip_spread * LargestOf(params.plan.accelerators());
  const ParallelPlan& p = params.plan;
  tokens_ = p.tokens_per_pass();
  shard_ = {double(p.tp), p.sequence_parallel, double(p.ep), double(p.etp), p.experts.busiest};
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
  return cost.seconds + cost.compute_seconds * (1 / (derate * clock_ * params_.clocks.Of(cost.kind)) - 1);
}

double LayerCost::Gemm(double m, double n, double k, double groups, bool linear) const {
  const compute::Precision half = HalfOf(params_.plan.precision);
  const compute::Precision p = linear ? params_.plan.precision : half;
  const double derate = linear && p != half ? params_.linear_derate : params_.half_derate;
  const compute::GemmShape shape{m, n, k, 1};
  return Seconds(groups > 1 ? kernels_.GroupedGemm(groups, shape, p) : kernels_.Gemm(shape, p),
                 derate);
}

double LayerCost::WeightGemm(const llm::Operator& op) const {
  const double product = Gemm(op.n, op.k, op.m, op.groups, op.linear);
  // The gradient buffer is read and written beside the product; the longer of both, joined as the
  // kernel model joins.
  const double bytes = 2 * params_.framework.gradient_bytes * op.n * op.k * op.groups;
  return std::cbrt(std::pow(product, 3) + std::pow(kernels_.Elementwise(bytes).seconds, 3));
}

void LayerCost::AddCasts(const llm::Operator& op, PassTimes* out) const {
  if (params_.framework.linear_input_bytes >= llm::kElement) return;
  // Read in bf16, written as rows and as columns. Inputs are cast by the kernel before, except
  // attention's output and what experts get.
  const double bytes = llm::kElement + 2 * params_.framework.linear_input_bytes;
  const bool fused = std::string_view(op.name) != "attention_out" && !op.routed;
  AddElementwise(fused ? 0 : bytes * op.m * op.k * op.groups, bytes * op.m * op.n * op.groups, out);
}

void LayerCost::AddElementwise(double forward_bytes, double backward_bytes, PassTimes* out) const {
  if (forward_bytes > 0)
    out->forward.Add(compute::KernelKind::kMemory, kernels_.Elementwise(forward_bytes).seconds);
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
    s.window = op.window;
    out->forward.Add(compute::KernelKind::kPrefillAttention,
                     Seconds(kernels_.PrefillAttention(s), 1));
    out->backward.Add(compute::KernelKind::kPrefillAttention,
                      Seconds(kernels_.AttentionBackward(s), 1));
    return;
  }
  // Scores through memory, all pairs: softmax reads and writes, dropout reads, writes and keeps a
  // mask.
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

void LayerCost::AddOperator(const llm::Operator& op, PassTimes* out) const {
  switch (op.kind) {
    case llm::OperatorKind::kGemm:
    case llm::OperatorKind::kGroupedGemm:
      out->forward.Add(compute::KernelKind::kGemm, Gemm(op.m, op.n, op.k, op.groups, op.linear));
      out->backward.Add(compute::KernelKind::kGemm, Gemm(op.m, op.k, op.n, op.groups, op.linear));
      if (params_.plan.adapter.trained()) {
        AddAdapter(op, out);
        const double transposed = params_.framework.frozen_bytes * op.n * op.k * op.groups;
        if (op.linear && params_.framework.frozen_bytes < llm::kElement && kernels_.NeedsTransposed(params_.plan.precision))
          AddElementwise(0, 2 * transposed, out);
      } else {
        out->weight.Add(compute::KernelKind::kGemm, WeightGemm(op));
      }
      if (op.linear) AddCasts(op, out);
      break;
    case llm::OperatorKind::kAttention: {
      const ParallelPlan& p = params_.plan;
      PassTimes one;
      if (p.cp > 1 && p.context == ContextKind::kUlysses) {
        llm::Operator share = op;
        share.heads /= p.cp;
        share.kv_heads = std::max(1.0, op.kv_heads / p.cp);
        AddAttention(share, &one);
      } else {
        AddAttention(op, &one);
      }
      out->AddScaled(one, p.packing.Slowest(p.sequence, p.cp, p.dp, double(p.global_batch) / p.dp));
      break;
    }
    case llm::OperatorKind::kElementwise: {
      // Dropout reads or writes a mask of one byte beside the three passes of a residual.
      double bytes = params_.framework.dropout ? op.bytes * 7.0 / 6.0 : op.bytes;
      if (op.permutes) bytes *= params_.framework.permute_passes;
      AddElementwise(bytes, bytes * params_.framework.backward_elementwise, out);
      break;
    }
  }
}

void LayerCost::AddAdapter(const llm::Operator& op, PassTimes* out) const {
  if (!op.linear || op.routed || op.kind != llm::OperatorKind::kGemm) return;
  if (op.block == llm::Block::kFfn && !params_.plan.adapter.feed_forward) return;
  const double r = params_.plan.adapter.rank;
  const double down = Gemm(op.m, r, op.k, 1, false), up = Gemm(op.m, op.n, r, 1, false);
  const double sum = kernels_.Elementwise(3 * llm::kElement * op.m * op.n).seconds;
  out->forward.Add(compute::KernelKind::kGemm, down + up);
  out->forward.Add(compute::KernelKind::kMemory, sum);
  out->backward.Add(compute::KernelKind::kGemm, Gemm(op.m, r, op.n, 1, false) + Gemm(op.m, op.k, r, 1, false));
  out->backward.Add(compute::KernelKind::kMemory, kernels_.Elementwise(3 * llm::kElement * op.m * op.k).seconds);
  out->weight.Add(compute::KernelKind::kGemm, Gemm(r, op.n, op.m, 1, false) + Gemm(op.k, r, op.m, 1, false));
}

void LayerCost::AddRecomputed(const llm::Operator& op, bool dense, PassTimes* out) const {
  const RecomputedModules& again = params_.plan.again;
  const std::string_view name = op.name;
  const bool ffn = dense && again.dense_ffn &&
                   (name == "ffn_up" || (IsLastProduct(op) && !params_.framework.compiled));
  const bool up = again.mla_up && (name == "q_up" || name == "kv_up");
  const bool light = (name == "activation" && (again.activation || (dense && again.dense_ffn))) ||
                     (name == "rope" && again.mla_up && params_.model.is_mla()) ||
                     ((name == "attention_norm" || name == "ffn_norm") && again.norm);
  if (ffn || up) {
    out->backward.Add(compute::KernelKind::kGemm, Gemm(op.m, op.n, op.k, op.groups, op.linear));
  } else if (light) {
    out->backward.Add(compute::KernelKind::kMemory, kernels_.Elementwise(op.bytes).seconds);
  }
}

PassTimes LayerCost::Layer(std::uint32_t layer) const {
  const double window = params_.model.windowed(layer) ? params_.model.window : 0;
  const std::vector<llm::Operator> ops =
      llm::LayerOperators(params_.model, layer, tokens_, AttentionBlocks(params_.plan, window), shard_);
  const bool moe = params_.model.moe_layer(layer);
  const bool quantised = params_.framework.linear_input_bytes < llm::kElement;
  PassTimes t, routed;
  PassTimes block;  // the attention that one exchange of keys and values hides behind
  Launches launches, routed_launches;
  for (const llm::Operator& op : ops) {
    PassTimes one;
    AddOperator(op, &one);
    if (op.kind == llm::OperatorKind::kAttention) block = one;
    AddRecomputed(op, !moe, &one);
    (op.routed ? routed : t).AddScaled(one, 1);
    (op.routed ? routed_launches : launches) += LaunchesOf(op, quantised);
  }
  const auto wait = [&](const Launches& n, PassTimes* part) {
    const double launch = params_.framework.launch;
    part->forward.host += std::max(0.0, n.forward * launch - part->forward.total());
    part->backward.host +=
        std::max(0.0, n.backward * launch - part->backward.total() - part->weight.total());
  };
  if (moe) AddExpertParallel(&routed);
  if (params_.plan.graphs != Graphs::kStep) wait(routed_launches, &routed);
  AddTensorParallel(ops, &t);
  if (params_.plan.context == ContextKind::kUlysses) {
    AddUlysses(&t);
  } else {
    AddContextParallel(window, &t, block);
  }
  if (params_.plan.graphs == Graphs::kNone) wait(launches, &t);
  t.AddScaled(routed, 1);
  if (const double again = params_.plan.RecomputedShare(params_.model.layers); again > 0) {
    t.backward.AddScaled(t.forward, again);
    for (const llm::Operator& op : ops)
      if (params_.framework.compiled && IsLastProduct(op))
        t.backward.Add(compute::KernelKind::kGemm, -again * Gemm(op.m, op.n, op.k, op.groups, op.linear));
  }
  if (moe && HidesExchange(params_.fabric, params_.plan)) HideExchange(&t);
  AddSharded(layer, &t);
  AddOffload(layer, &t);
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
    if (!params_.plan.adapter.trained()) t.weight.Add(compute::KernelKind::kGemm, WeightGemm(op));
  }
  const double logits = tokens_ * params_.model.vocab / shard_.tp;
  AddElementwise(logits * params_.framework.loss_forward_bytes,
                 logits * params_.framework.loss_backward_bytes, &t);
  if (params_.plan.tp > 1) {
    t.forward.tp += params_.plan.sequence_parallel ? tp_.gather : 0;
    t.backward.tp += params_.plan.sequence_parallel ? tp_.gather + tp_.scatter : tp_.reduce;
  }
  return t;
}

}  // namespace headroom::training
