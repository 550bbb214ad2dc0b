#include "models/llm/memory.h"

namespace headroom::llm {
namespace {

double AttentionBytes(const Architecture& a, double tokens, double sequence, const LayerShard& s,
                      const ActivationRules& r) {
  const double heads = a.heads / s.tp;
  double q, kv;
  if (a.is_mla()) {
    q = heads * a.qk_dim() + a.mla.q_rank;
    kv = heads * (a.qk_dim() + a.mla.v_dim) + a.mla.kv_rank + a.mla.rope_dim;
  } else {
    q = heads * a.head_dim;
    kv = 2.0 * LocalKvHeads(a, s.tp) * a.head_dim;
  }
  const double out = heads * a.value_dim();
  // The attention output is what fused attention keeps and what the output projection reads; in fp8
  // these are two.
  double bytes = kElement * (q + kv) + r.linear_input_bytes * out;
  if (r.fused_attention && r.linear_input_bytes < kElement) bytes += kElement * out;
  if (!r.fused_attention && r.recompute == Recompute::kNone) {
    bytes += heads * sequence * (2.0 * kElement + (r.dropout ? 1.0 : 0.0));
  }
  return tokens * bytes;
}

double FfnBytes(double tokens, double width, bool gated, const ActivationRules& r) {
  return tokens * width * (kElement * (gated ? 2.0 : 1.0) + r.linear_input_bytes);
}

}  // namespace

double ActivationBytesOfLayer(const Architecture& a, std::uint32_t layer, double tokens,
                              double sequence, const LayerShard& s, const ActivationRules& r) {
  const double outside = s.sequence_parallel ? tokens / s.tp : tokens;
  if (r.recompute == Recompute::kFull) return kElement * outside * a.hidden;
  double bytes =
      outside * a.hidden * (2.0 * kElement + 2.0 * r.linear_input_bytes + (r.dropout ? 2.0 : 0.0));
  bytes += AttentionBytes(a, tokens, sequence, s, r);
  if (a.moe_layer(layer)) {
    const double routed = outside * a.moe.experts_per_token * s.etp;
    bytes += FfnBytes(routed, a.moe.expert_ffn / s.etp, a.gated, r);
    bytes += routed * a.hidden * r.linear_input_bytes;  // permuted input of the experts
    bytes += outside * a.moe.experts * 4.0;             // router probabilities, fp32
    bytes += FfnBytes(tokens, a.moe.shared_experts * a.moe.expert_ffn / s.tp, a.gated, r);
  } else {
    bytes += FfnBytes(tokens, a.ffn / s.tp, a.gated, r);
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
