#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/catalog/catalog.pb.h"

namespace headroom::llm {

/// Routed and shared experts of a mixture-of-experts layer; `experts == 0` is a dense model.
struct MoeShape {
  double experts = 0;              ///< routed experts of a layer
  double experts_per_token = 0;    ///< routed experts that a token visits
  double expert_ffn = 0;           ///< width of one expert
  double shared_experts = 0;       ///< visited by every token, same width
  std::uint32_t dense_layers = 0;  ///< first layers that are dense
  double routing_skew = 0;         ///< s: the i-th most popular expert is chosen as i^-s
};

/// Multi-head latent attention; `kv_rank == 0` is plain MHA, GQA or MQA.
struct MlaShape {
  double q_rank = 0;  ///< 0: queries are not compressed
  double kv_rank = 0;
  double rope_dim = 0;
  double nope_dim = 0;
  double v_dim = 0;
};

/// A decoder-only transformer with every default filled in. Widths are counts of elements.
struct Architecture {
  std::string name;
  std::uint32_t layers = 0;
  double hidden = 0;
  double heads = 0;
  double kv_heads = 0;
  double head_dim = 0;
  double ffn = 0;
  bool gated = true;
  double vocab = 0;
  bool tied = false;
  double max_length = 0;  ///< 0: no limit
  std::uint32_t mtp_layers = 0;
  double window = 0;                ///< keys of sliding-window attention; 0: none
  std::uint32_t window_period = 2;  ///< of so many layers all but the last are windowed
  MoeShape moe;
  MlaShape mla;

  bool is_moe() const { return moe.experts > 0; }
  bool is_mla() const { return mla.kv_rank > 0; }
  /// True if layer `i` (from 0) has routed experts; multi-token-prediction layers follow the last
  /// and do as it does.
  bool moe_layer(std::uint32_t i) const { return is_moe() && i >= moe.dense_layers; }
  /// True if layer `i` looks back on `window` keys only; multi-token-prediction layers do as the last.
  bool windowed(std::uint32_t i) const {
    if (window <= 0) return false;
    return window_period == 1 || (i < layers ? i : layers - 1) % window_period + 1 < window_period;
  }
  /// Layers that look back on `window` keys only.
  std::uint32_t windowed_layers() const {
    if (window <= 0) return 0;
    return window_period == 1 ? layers : layers - layers / window_period;
  }
  /// Elements of a query/key head and of a value head.
  double qk_dim() const { return is_mla() ? mla.nope_dim + mla.rope_dim : head_dim; }
  double value_dim() const { return is_mla() ? mla.v_dim : head_dim; }
  /// Matrices of a feed-forward block: 3 gated, 2 plain.
  double ffn_matrices() const { return gated ? 3.0 : 2.0; }
};

/// What is missing or contradictory in `model`, as (field below the model, message); empty if
/// nothing.
struct ArchitectureProblem {
  std::string field;
  std::string message;
};
std::vector<ArchitectureProblem> Check(const catalog::Llm& model);

/// Fills defaults: kv_heads = heads, head_dim = hidden / heads, gated feed-forward.
/// @throws ConfigError with every problem that Check() finds.
Architecture Resolve(const catalog::Llm& model);

}  // namespace headroom::llm
