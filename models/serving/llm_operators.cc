#include "models/serving/llm_operators.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "models/serving/kv_budget.h"

namespace headroom::serving {

using compute::KernelCost;
using compute::KernelKind;
using compute::Precision;
using llm::Operator;
using llm::OperatorKind;

LlmOperators::LlmOperators(std::shared_ptr<const compute::KernelModel> kernels,
                           LlmOperatorParams params)
    : kernels_(std::move(kernels)),
      p_(std::move(params)),
      routing_(p_.model.moe, p_.parallelism.ep),
      tdp_(kernels_->accelerator().tdp()) {
  idle_power_ = tdp_ * kernels_->accelerator().power().idle();
  if (p_.parallelism.ep <= p_.parallelism.tp) p_.all_to_all = {};
  if (p_.parallelism.ep <= 1) p_.busiest = 1.0;
}

llm::LayerShard LlmOperators::Shard() const {
  const ReplicaParallelism& r = p_.parallelism;
  llm::LayerShard s;
  s.tp = r.tp;
  s.ep = r.ep;
  s.etp = std::max(1.0, static_cast<double>(r.tp) / r.ep);
  return s;
}

Cost LlmOperators::Kernel(const KernelCost& k, KernelPart part) const {
  const catalog::PowerByKernel& power = kernels_->accelerator().power();
  const double compute_share = k.seconds > 0.0 ? k.compute_seconds / k.seconds : 0.0;
  double share = power.memory();
  switch (k.kind) {
    case KernelKind::kGemm:
    case KernelKind::kMemory:
      share = power.memory() + (power.gemm() - power.memory()) * compute_share;
      break;
    case KernelKind::kPrefillAttention:
      share = power.prefill_attention();
      break;
    case KernelKind::kDecodeAttention:
      share = power.decode_attention();
      break;
    case KernelKind::kCommunication:
      share = power.communication();
      break;
    case KernelKind::kIdle:
      share = power.idle();
      break;
  }
  // Compute and memory time join by a power mean of about 3, so time follows the clock by the
  // square of compute's share.
  Cost cost{k.seconds, k.compute_seconds * compute_share * compute_share, tdp_ * share * k.seconds, {}};
  if (part != KernelPart::kPrompts) cost.use = KernelUse::Of(part, cost.seconds, cost.energy - idle_power_ * cost.seconds);
  return cost;
}

/// The kernel with at most launch_cap of fixed time.
KernelCost LlmOperators::Capped(KernelCost k, Precision precision) const {
  const double fixed = kernels_->Gemm({1.0, 1.0, 1.0}, precision).seconds;
  k.seconds -= std::max(0.0, fixed - p_.launch_cap);
  return k;
}

Cost LlmOperators::Communication(double seconds) const {
  const double energy = tdp_ * kernels_->accelerator().power().communication() * seconds;
  return {seconds, 0.0, energy, KernelUse::Of(KernelPart::kCommunication, seconds, energy - idle_power_ * seconds)};
}

/// Engines read only experts that some token chose.
Cost LlmOperators::Experts(const Operator& op, double tokens) const {
  const double groups = std::max(1.0, routing_.Met(tokens));
  compute::GemmShape shape{std::max(1.0, OwnRows(tokens) / groups), op.n, op.k};
  shape.uneven = true;
  shape.few = tokens * p_.parallelism.ep <= p_.model.moe.experts;
  return Kernel(kernels_->GroupedGemm(groups, shape, p_.precisions.experts, p_.expert_kernel), KernelPart::kExperts);
}

/// Visits to the experts of the busiest accelerator.
double LlmOperators::OwnRows(double tokens) const {
  const double busiest = std::max(p_.busiest, routing_.busiest());
  return tokens * p_.model.moe.experts_per_token * busiest / p_.parallelism.ep;
}

/// `own` of the tokens are of this accelerator's sequences.
Cost LlmOperators::ExpertGather(double own, double tokens) const {
  const llm::MoeShape& moe = p_.model.moe;
  compute::ExpertRows rows;
  rows.tokens = own;
  rows.routed = own * moe.experts_per_token;
  rows.own = std::min(OwnRows(tokens), rows.routed);
  rows.held = static_cast<double>(moe.experts) / p_.parallelism.ep;
  rows.hidden = p_.model.hidden;
  rows.inner = moe.expert_ffn / Shard().etp;
  return Kernel(kernels_->ExpertGather(rows, p_.precisions.experts, p_.expert_kernel), KernelPart::kExperts);
}

/// Of a linear layer.
Precision LlmOperators::PrecisionOf(const Operator& op) const {
  if (!op.linear) return kernels_->Supports(Precision::kBf16) ? Precision::kBf16 : Precision::kFp16;
  const std::string_view name = op.name;
  const bool latent = p_.model.is_mla() && (name == "q" || name == "q_down" || name == "q_up" || name == "kv_down" || name == "kv_up");
  return latent ? p_.precisions.latent : p_.precisions.dense;
}

/// A norm or activation that writes what the 4-bit product after it reads.
Operator LlmOperators::Narrowed(Operator op) const {
  const std::string_view name = op.name;
  if (!p_.fused_quantisation || p_.precisions.dense != Precision::kNvfp4 || op.kind != OperatorKind::kElementwise) return op;
  const bool norm = name == "ffn_norm" || (name == "attention_norm" && !p_.model.is_mla());
  if (!norm && name != "activation") return op;
  const double written = norm ? 0.5 : 1.0 / (p_.model.gated ? 3.0 : 2.0);
  op.bytes *= 1.0 - written * (1.0 - compute::BytesPerElement(Precision::kNvfp4) / llm::kElement);
  return op;
}

Cost LlmOperators::Run(const Operator& op, double tokens) const {
  const Precision precision = PrecisionOf(op);
  switch (op.kind) {
    case OperatorKind::kGemm:
      return Kernel(Capped(kernels_->Gemm({op.m, op.n, op.k}, precision,
                                          p_.fused_quantisation && precision == Precision::kNvfp4),
                           precision),
                    KernelPart::kGemm);
    case OperatorKind::kGroupedGemm:
      if (std::string_view(op.name).starts_with("experts")) return Experts(op, tokens);
      return Kernel(Capped(kernels_->Gemm({op.m, op.n, op.k, op.groups}, precision), precision), KernelPart::kGemm);
    case OperatorKind::kElementwise:
      return Kernel(kernels_->Elementwise(op.bytes));
    case OperatorKind::kAttention:
      break;
  }
  return {};
}

Cost LlmOperators::Tokens(double tokens) const {
  return Pass(std::max(1.0, tokens / p_.parallelism.attention_groups()), tokens, Part::kAll);
}

Cost LlmOperators::OwnTokens(double own) const { return Pass(std::max(1.0, own), 0.0, Part::kOwn); }

Cost LlmOperators::SharedTokens(double tokens) const {
  return Pass(std::max(1.0, tokens / p_.parallelism.attention_groups()), tokens, Part::kShared);
}

/// All layers for a group's `own` of the batch's `tokens`.
Cost LlmOperators::Pass(double own, double tokens, Part part) const {
  const llm::Architecture& a = p_.model;
  const double payload = own * a.hidden * llm::kElement;
  const bool owns = part != Part::kShared, shares = part != Part::kOwn;
  Cost sum;
  if (owns) sum += Kernel(kernels_->Elementwise(2.0 * payload));  // embedding
  const std::uint32_t moe_layers =
      a.is_moe() ? a.layers - std::min(a.layers, a.moe.dense_layers) : 0;
  for (const bool moe : {false, true}) {
    const std::uint32_t count = moe ? moe_layers : a.layers - moe_layers;
    if (count == 0) continue;
    Cost layer;
    const std::uint32_t index = moe ? a.layers - 1 : 0;
    bool within_experts = false;
    for (const Operator& op : llm::LayerOperators(a, index, own, {}, Shard())) {
      // The grouped products of the kernel tables hold the whole path of routed experts.
      const std::string_view name = op.name;
      if (name == "route_softmax_topk") within_experts = true;
      const bool routed = op.kind == OperatorKind::kGroupedGemm && name.starts_with("experts");
      if ((!within_experts || op.kind != OperatorKind::kElementwise) && (routed ? shares : owns))
        layer += Run(moe ? op : Narrowed(op), tokens);
      if (name == "unpermute") {
        within_experts = false;
        if (shares) layer += ExpertGather(own, tokens);
      }
    }
    if (owns) layer += -2.0 * Kernel(kernels_->Elementwise(0.0));  // residuals are fused with norms
    if (p_.all_reduce && owns)
      layer += (moe && p_.all_to_all ? 1.0 : 2.0) * Communication(p_.all_reduce(payload));
    if (moe && p_.all_to_all && owns) {
      // A token goes once to each accelerator that holds one of its experts.
      const double ranks = p_.parallelism.ep;
      const double copies = ranks * (1.0 - std::pow(1.0 - 1.0 / ranks, a.moe.experts_per_token));
      layer += 2.0 * Communication(p_.all_to_all(p_.busiest * payload * copies));
    }
    sum += static_cast<double>(count) * layer;
  }
  return sum;
}

Cost LlmOperators::Head(double sequences) const {
  const double own = std::max(1.0, sequences / p_.parallelism.attention_groups());
  Cost sum;
  for (const Operator& op : llm::HeadOperators(p_.model, own, Shard())) sum += Run(op, own);
  const double logits = own * p_.model.vocab;
  sum += Kernel(kernels_->Elementwise(3.0 * 4.0 * logits));  // softmax and draw over fp32 logits
  if (p_.all_reduce)
    sum += 0.5 * Communication(p_.all_reduce(llm::kElement * logits));  // all-gather
  return sum;
}

Cost LlmOperators::Attention(const llm::AttentionWork& work, bool decode) const {
  Cost layer;
  const KernelPart part = decode ? KernelPart::kDecodeAttention : KernelPart::kPrefillAttention;
  for (const Operator& op : llm::LayerOperators(p_.model, 0, 1.0, {work}, Shard())) {
    const std::string_view name = op.name;
    if (name == "kv_up" || name == "q_absorb" || name == "v_absorb") {
      Cost product = Run(op, work.sequences);
      product.use = KernelUse::Of(part, product.seconds, product.energy - idle_power_ * product.seconds);
      layer += product;
    }
    if (op.kind != OperatorKind::kAttention) continue;
    compute::AttentionShape s;
    s.sequences = op.sequences;
    s.query = op.query;
    s.context = op.context;
    s.heads = op.heads;
    s.kv_heads = op.kv_heads;
    s.head_dim = op.qk_dim;
    s.v_dim = op.v_dim;
    s.causal = op.causal;
    s.kv_bytes = p_.kv_bytes;
    layer += Kernel(decode ? kernels_->DecodeAttention(s) : kernels_->PrefillAttention(s), part);
  }
  return layer;
}

Cost LlmOperators::AllLayers(const llm::AttentionWork& work, bool decode) const {
  const double windowed = p_.model.windowed_layers(), window = p_.model.window;
  Cost sum = (p_.model.layers - windowed) * Attention(work, decode);
  if (windowed == 0.0) return sum;
  llm::AttentionWork near = work;
  if (decode) {
    near.context = std::min(work.context, window);
  } else if (work.query > window) {
    // Blocks of a window's length, each looking one block back.
    near.sequences = work.sequences * work.query / window;
    near.query = window;
    near.context = std::min(work.context, 2.0 * window);
  } else {
    near.context = std::min(work.context, work.query + window);
  }
  return sum + windowed * Attention(near, decode);
}

Cost LlmOperators::PrefillAttention(double query, double context) const {
  llm::AttentionWork work;
  work.query = query;
  work.context = context;
  // A prompt runs on one of the attention groups while others do the rest of the batch.
  const Cost whole = (1.0 / p_.parallelism.attention_groups()) * AllLayers(work, false);
  const double ranks = p_.parallelism.cp;
  if (ranks <= 1.0 || !p_.context_gather) return whole;
  const double layers = p_.model.layers;
  const double keys = context * KvBytesPerToken(p_.model, p_.kv_bytes, {p_.parallelism.tp, 1, 1, 1}) / layers;
  const Cost own = (1.0 / ranks) * whole;
  return own + Communication(std::max(0.0, layers * p_.context_gather(keys) - own.seconds));
}

/// Sums the partial outputs of `tokens` over the ranks of the context, in all layers.
Cost LlmOperators::JoinContext(double tokens) const {
  const llm::Architecture& a = p_.model;
  const double bytes = tokens * (a.heads / p_.parallelism.tp) * a.value_dim() * llm::kElement;
  return static_cast<double>(a.layers) * Communication(p_.context_reduce(bytes));
}

Cost LlmOperators::DecodeAttention(double sequences, double context) const {
  llm::AttentionWork work;
  work.sequences = std::max(1.0, sequences / p_.parallelism.attention_groups());
  work.context = std::max(1.0, context / p_.parallelism.cp);
  work.compressed = p_.model.is_mla();
  const Cost own = AllLayers(work, true);
  return p_.parallelism.cp > 1 && p_.context_reduce ? own + JoinContext(work.sequences) : own;
}

Cost LlmOperators::VerifyAttention(double sequences, double query, double context) const {
  llm::AttentionWork work;
  work.sequences = std::max(1.0, sequences / p_.parallelism.attention_groups());
  work.query = query;
  work.context = std::max(context / p_.parallelism.cp, query);
  work.compressed = p_.model.is_mla();
  const Cost own = AllLayers(work, true);
  return p_.parallelism.cp > 1 && p_.context_reduce ? own + JoinContext(work.sequences * query) : own;
}

Cost LlmOperators::Adapters(double tokens, double adapters) const {
  if (p_.adapter_rank <= 0.0 || adapters <= 0.0) return {};
  const llm::Architecture& a = p_.model;
  const double own = std::max(1.0, tokens / p_.parallelism.attention_groups());
  const double moved = llm::kElement * own * AdapterWidth(a) / p_.parallelism.tp;
  const double weights = adapters * AdapterBytes(a, p_.adapter_rank, p_.parallelism.tp) / a.layers;
  constexpr double kKernels = 8.0;
  return a.layers * kKernels * Kernel(kernels_->Elementwise((weights + moved) / kKernels));
}

double AdapterWidth(const llm::Architecture& a) {
  const double heads = a.heads * a.qk_dim(), values = a.heads * a.value_dim();
  const double keys = a.is_mla() ? a.mla.kv_rank + a.mla.rope_dim : 2.0 * a.kv_heads * a.head_dim;
  const double attention = a.hidden + heads + (a.is_mla() ? 1.0 : 2.0) * a.hidden + keys + values + a.hidden;
  return attention + (a.is_moe() ? 0.0 : a.ffn_matrices() * (a.hidden + a.ffn));
}

double AdapterBytes(const llm::Architecture& a, double rank, double tp) {
  return llm::kElement * rank * AdapterWidth(a) * a.layers / tp;
}

}  // namespace headroom::serving
