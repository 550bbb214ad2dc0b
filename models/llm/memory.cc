#include "models/llm/memory.h"

namespace headroom::llm {
namespace {

constexpr double kAdapterInput = 3;  ///< B per element: bf16 after dropout, and the mask

double AttentionBytes(const Architecture& a, double tokens, double sequence, const LayerShard& s,
                      const ActivationRules& r) {
  const double heads = a.heads / s.tp;
  double q, kv;
  if (a.is_mla()) {
    q = heads * a.qk_dim() + a.mla.q_rank;
    kv = heads * (a.qk_dim() + a.mla.v_dim) + a.mla.kv_rank + a.mla.rope_dim;
    if (r.drop_mla_up) {
      q = a.mla.q_rank > 0 ? a.mla.q_rank : heads * a.qk_dim();
      kv = a.mla.kv_rank + a.mla.rope_dim;
    }
  } else {
    q = heads * a.head_dim;
    kv = 2.0 * LocalKvHeads(a, s.tp) * a.head_dim;
  }
  const double out = heads * a.value_dim();
  // The attention output is what fused attention keeps and what the output projection reads; in fp8
  // these are two.
  double bytes = kElement * (q + kv + out);
  if (r.adapter_rank > 0) {
    bytes += kAdapterInput * out + kElement * 2 * r.adapter_rank;
  } else if (r.linear_input_bytes < kElement) {
    bytes += r.fused_attention ? r.linear_input_bytes * out : (r.linear_input_bytes - kElement) * out;
  }
  if (!r.fused_attention && r.recompute == Recompute::kNone) {
    bytes += heads * sequence * (2.0 * kElement + (r.dropout ? 1.0 : 0.0));
  }
  return tokens * bytes;
}

/// `adapted`: pairs are trained beside its products.
double FfnBytes(double tokens, double width, bool gated, const ActivationRules& r, bool adapted) {
  double out = r.linear_input_bytes;
  if (r.drop_activation) out = 0;
  if (r.adapter_rank > 0) out = adapted ? kAdapterInput : 0;
  return tokens * width * (r.activation_input_bytes * (gated ? 2.0 : 1.0) + out);
}

}  // namespace

double ActivationBytesOfLayer(const Architecture& a, std::uint32_t layer, double tokens,
                              double sequence, const LayerShard& s, const ActivationRules& r) {
  const double outside = s.sequence_parallel ? tokens / s.tp : tokens;
  if (r.recompute == Recompute::kFull) return kElement * outside * a.hidden;
  const bool frozen = r.adapter_rank > 0, adapted = frozen && r.adapter_ffn;
  // Per element of the hidden state: two norm inputs, and their outputs for the products that read them.
  double norms = r.drop_norm ? 0.0 : 2.0 * r.linear_input_bytes;
  if (frozen) norms = kAdapterInput * (adapted && !a.moe_layer(layer) ? 2.0 : 1.0);
  double bytes = outside * a.hidden * (2.0 * kElement + norms + (r.dropout ? 2.0 : 0.0));
  bytes += AttentionBytes(a, tokens, sequence, s, r);
  if (a.moe_layer(layer)) {
    const double routed = outside * a.moe.experts_per_token * s.etp;
    bytes += FfnBytes(routed, a.moe.expert_ffn / s.etp, a.gated, r, false);
    if (!frozen) bytes += routed * a.hidden * r.linear_input_bytes;  // permuted input of the experts
    bytes += outside * a.moe.experts * 4.0;                          // router probabilities, fp32
    bytes += FfnBytes(tokens, a.moe.shared_experts * a.moe.expert_ffn / s.tp, a.gated, r, adapted);
  } else if (!r.drop_dense_ffn) {
    bytes += FfnBytes(tokens, a.ffn / s.tp, a.gated, r, adapted);
  }
  return bytes;
}

double ActivationBytesOfEmbedding(const Architecture& a, double tokens, const LayerShard& s,
                                  const ActivationRules& r) {
  const double outside = s.sequence_parallel ? tokens / s.tp : tokens;
  return r.dropout ? outside * a.hidden : 0.0;
}

double ActivationBytesOfHead(const Architecture& a, double tokens, const LayerShard& s,
                             const ActivationRules&) {
  const double outside = s.sequence_parallel ? tokens / s.tp : tokens;
  return outside * a.hidden * 2.0 * kElement + tokens * a.vocab / s.tp * (kElement + 4.0);
}

}  // namespace headroom::llm
