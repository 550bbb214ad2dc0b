#include "models/llm/flops.h"

#include <algorithm>

#include "models/llm/parameters.h"

namespace headroom::llm {

double ForwardFlopsOfLayer(const Architecture& a, std::uint32_t layer, double sequence,
                           AttentionCount count) {
  const LayerParameters p = ParametersOfLayer(a, layer);
  double matrices = p.attention + p.dense_ffn;
  if (a.moe_layer(layer)) {
    matrices += p.routed * a.moe.experts_per_token / a.moe.experts + a.hidden * a.moe.experts;
  }
  const double reach = a.windowed(layer) ? std::min(a.window, sequence) : sequence;
  const double pairs = count == AttentionCount::kAllPairs ? reach : reach - 0.5 * reach * reach / sequence;
  return 2.0 * matrices + 2.0 * a.heads * (a.qk_dim() + a.value_dim()) * pairs;
}

double ForwardFlopsOfHead(const Architecture& a) { return 2.0 * a.vocab * a.hidden; }

double TrainingFlopsPerToken(const Architecture& a, double sequence, AttentionCount count) {
  double forward = ForwardFlopsOfHead(a) * (1.0 + a.mtp_layers);
  for (std::uint32_t i = 0; i < a.layers + a.mtp_layers; ++i)
    forward += ForwardFlopsOfLayer(a, i, sequence, count);
  return 3.0 * forward;
}

}  // namespace headroom::llm
