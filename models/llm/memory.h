#pragma once

#include "models/llm/layer.h"

namespace headroom::llm {

enum class Recompute { kNone, kSelective, kFull };

/// What a training framework keeps between forward and backward.
struct ActivationRules {
  double linear_input_bytes = 2;  ///< of a saved input of a linear layer: 2 (bf16, fp16), 1 (fp8)
  bool fused_attention = true;    ///< FlashAttention: no score matrix in memory
  bool dropout = false;           ///< masks of the 2021 GPT recipes
  Recompute recompute = Recompute::kNone;
  /// Modules that are run again: what only their backward pass reads is not kept.
  bool drop_mla_up = false;      ///< queries, keys and values of latent attention
  bool drop_activation = false;  ///< activation outputs
  bool drop_norm = false;        ///< norm outputs
  bool drop_dense_ffn = false;   ///< all but the input of dense feed-forward blocks
  /// Low-rank adaptation: a frozen linear layer needs its input for no weight gradient and does not keep it; the pair
  /// beside it keeps its own in bf16 with a mask, as adapters have dropout. Rank of the pairs beside attention's products;
  /// 0: all weights are trained.
  double adapter_rank = 0;
  double activation_input_bytes = 2;  ///< of the kept input of a feed-forward activation: 1 in fp8
  bool adapter_ffn = false;  ///< pairs beside dense and shared feed-forward products too
};

/// Bytes kept by one layer for the backward pass of one micro-batch of `tokens` tokens (per
/// context-parallel rank) in sequences of `sequence`, on one accelerator. Korthikanti et al. (arXiv
/// 2205.05198) eq. 2-4 and 6 by tensor, which for plain FFN, MHA and bf16 gives their s*b*h*(34 +
/// 5*a*s/h), extended to grouped keys, gated and routed FFN and fp8:
///
///     outside tensor-parallel regions (split by sequence parallelism): 2 norm inputs, 2 norm
///     outputs (inputs of linears) inside: q, k, v, attention output, first FFN output, activation
///     output; scores and their softmax unless fused
///
/// Selective recompute drops the scores (with fused attention there are none, and nothing changes);
/// full recompute keeps the layer's input alone. Left out: log-sum-exp of fused attention (below
/// 0.5 %).
double ActivationBytesOfLayer(const Architecture& a, std::uint32_t layer, double tokens,
                              double sequence, const LayerShard& shard,
                              const ActivationRules& rules);
/// Embedding output with its dropout mask.
double ActivationBytesOfEmbedding(const Architecture& a, double tokens, const LayerShard& shard,
                                  const ActivationRules& rules);
/// Final norm, head input, bf16 logits and their fp32 softmax.
double ActivationBytesOfHead(const Architecture& a, double tokens, const LayerShard& shard,
                             const ActivationRules& rules);

}  // namespace headroom::llm
