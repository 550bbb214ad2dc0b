#include "models/llm/parameters.h"

namespace headroom::llm {

LayerParameters ParametersOfLayer(const Architecture& a, std::uint32_t layer) {
  LayerParameters p;
  if (a.is_mla()) {
    const MlaShape& m = a.mla;
    const double q = m.q_rank > 0 ? a.hidden * m.q_rank + m.q_rank * a.heads * a.qk_dim()
                                  : a.hidden * a.heads * a.qk_dim();
    p.attention = q + a.hidden * (m.kv_rank + m.rope_dim) +
                  m.kv_rank * a.heads * (m.nope_dim + m.v_dim) + a.heads * m.v_dim * a.hidden;
    p.replicated = 2.0 * a.hidden + m.q_rank + m.kv_rank;
  } else {
    p.attention = a.hidden * a.head_dim * (2.0 * a.heads + 2.0 * a.kv_heads);
    p.replicated = 2.0 * a.hidden;
  }
  if (a.moe_layer(layer)) {
    const double expert = a.ffn_matrices() * a.hidden * a.moe.expert_ffn;
    p.routed = a.moe.experts * expert;
    p.dense_ffn = a.moe.shared_experts * expert;
    p.replicated += a.hidden * a.moe.experts;
  } else {
    p.dense_ffn = a.ffn_matrices() * a.hidden * a.ffn;
  }
  return p;
}

double EmbeddingParameters(const Architecture& a) { return a.vocab * a.hidden; }
double HeadParameters(const Architecture& a) { return a.tied ? 0.0 : a.vocab * a.hidden; }

double TotalParameters(const Architecture& a) {
  double sum = EmbeddingParameters(a) + HeadParameters(a) + a.hidden;
  for (std::uint32_t i = 0; i < a.layers; ++i) sum += ParametersOfLayer(a, i).total();
  return sum;
}

double ActiveParameters(const Architecture& a) {
  double sum = a.vocab * a.hidden + a.hidden;
  for (std::uint32_t i = 0; i < a.layers; ++i) {
    const LayerParameters p = ParametersOfLayer(a, i);
    const double share = a.is_moe() ? a.moe.experts_per_token / a.moe.experts : 0.0;
    sum += p.attention + p.dense_ffn + p.replicated + p.routed * share;
  }
  return sum;
}

}  // namespace headroom::llm
