#pragma once

#include "models/llm/architecture.h"

namespace headroom::llm {

/// How attention is counted. The field's "model FLOPs" (PaLM, Megatron-LM, NVIDIA's DGX Cloud
/// figures) take every pair of a sequence; kernels do only half of them, and newer reports count
/// that.
enum class AttentionCount { kAllPairs, kCausal };

/// Forward FLOPs of one token's share of one layer in a sequence of `sequence` tokens:
///
///     2 * matrix parameters + 2 * heads * (qk_dim + value_dim) * sequence * (1 or 1/2)
///
/// A layer with a window w under the sequence s counts w keys in place of all pairs, w - w^2/2s causal ones.
/// Norms, rotations, softmax are left out, as everywhere in the field.
double ForwardFlopsOfLayer(const Architecture& a, std::uint32_t layer, double sequence,
                           AttentionCount count);
/// 2 * vocab * hidden.
double ForwardFlopsOfHead(const Architecture& a);

/// Model FLOPs of one token of training: three times the forward pass (backward takes two), no
/// recompute. Llama 3.1 405B gives 2.151e16 for 8192 tokens counting all pairs; the 2.17e16 often
/// quoted takes 16 key/value heads in place of 8.
double TrainingFlopsPerToken(const Architecture& a, double sequence,
                             AttentionCount count = AttentionCount::kAllPairs);

}  // namespace headroom::llm
