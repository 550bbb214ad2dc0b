#pragma once

#include "models/catalog/catalog.pb.h"
#include "models/compute/kernel_model.h"

namespace headroom::compute {

/// Fused attention (FlashAttention family), scores never in device memory:
///
///     pairs = sequences * (query*(context - query) + query*(query + 1)/2)     causal
///           = sequences * query * context                                     otherwise
///     flops = 2 * heads * (head_dim + v_dim) * pairs
///     bytes = sequences * (kv_heads*context*kv_bytes + 2*heads*query) * (head_dim + v_dim)
///     t = t0 + (tc^p + tb^p)^(1/p),   tc = flops/(peak*e_c) * (1 + q_h/query),   tb = bytes/(bandwidth*e_m)
///
/// q_h is the query length at which half the efficiency is reached. The backward pass recomputes the probabilities:
/// five products instead of two, at `backward_factor` times the forward's efficiency.
struct AttentionParams {
  double peak = 0.0;       ///< bf16 FLOP/s
  double bandwidth = 0.0;  ///< B/s
  double multiprocessors = 1.0;
  double compute_efficiency = 0.6;
  double memory_efficiency = 0.8;
  double launch = 5e-6;       ///< t0 [s]
  double half_length = 0.0;   ///< q_h
  double blend = 3.0;         ///< p
  double per_sequence = 0.0;  ///< [s]
  double fp8_gain = 1.0;
  double backward_factor = 1.0;
};

AttentionParams MakeAttentionParams(const catalog::Accelerator& accelerator, const catalog::AttentionFit& fit,
                                    double peak);

KernelCost PrefillAttentionCost(const AttentionParams& params, const AttentionShape& shape);
KernelCost AttentionBackwardCost(const AttentionParams& params, const AttentionShape& shape);
KernelCost DecodeAttentionCost(const AttentionParams& params, const AttentionShape& shape);

}  // namespace headroom::compute
