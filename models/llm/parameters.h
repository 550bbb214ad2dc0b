#pragma once

#include "models/llm/architecture.h"

namespace headroom::llm {

/// Parameters of one layer, by what shards them: tensor parallelism splits `attention` and
/// `dense_ffn`, expert parallelism `routed`, nothing splits `replicated` (norms, router). Biases
/// are left out (below 0.1 %).
struct LayerParameters {
  double attention = 0;
  double dense_ffn = 0;  ///< dense feed-forward or shared experts
  double routed = 0;     ///< all routed experts together
  double replicated = 0;
  double total() const { return attention + dense_ffn + routed + replicated; }
};

LayerParameters ParametersOfLayer(const Architecture& a, std::uint32_t layer);
/// Input embedding: vocab * hidden.
double EmbeddingParameters(const Architecture& a);
/// Output head: vocab * hidden, 0 if tied to the embedding.
double HeadParameters(const Architecture& a);
/// Of the whole model, multi-token-prediction layers not counted.
double TotalParameters(const Architecture& a);
/// Those that one token meets: of the routed experts only `experts_per_token`; embedding look-up
/// not counted.
double ActiveParameters(const Architecture& a);

}  // namespace headroom::llm
