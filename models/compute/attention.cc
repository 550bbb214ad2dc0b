#include "models/compute/attention.h"

#include <algorithm>
#include <cmath>

#include "models/compute/blend.h"
#include "sim/core/check.h"

namespace headroom::compute {
namespace {

double Pairs(const AttentionShape& s) {
  if (!s.causal) return s.sequences * s.query * s.context;
  return s.sequences * (s.query * (s.context - s.query) + 0.5 * s.query * (s.query + 1.0));
}

KernelCost Work(const AttentionShape& s) {
  HR_CHECK(s.sequences > 0 && s.query > 0 && s.context >= s.query, s.sequences, s.query, s.context);
  KernelCost cost;
  cost.flops = 2.0 * s.heads * (s.head_dim + s.v_dim) * Pairs(s);
  cost.bytes = s.sequences * (s.head_dim + s.v_dim) *
               (s.kv_heads * s.context * s.kv_bytes + 2.0 * s.heads * s.query);
  return cost;
}

void Finish(const AttentionParams& a, double compute, double memory, KernelCost* cost) {
  const double busy = std::max(
      {Blend(compute, memory, a.blend), cost->flops / a.peak, cost->bytes / a.bandwidth});
  cost->seconds = a.launch + busy;
  cost->compute_seconds = std::min(compute, busy);
}

}  // namespace

AttentionParams MakeAttentionParams(const catalog::Accelerator& accelerator, const catalog::AttentionFit& fit,
                                    double peak) {
  AttentionParams out;
  out.peak = peak;
  out.bandwidth = accelerator.memory().bandwidth();
  out.multiprocessors = accelerator.has_multiprocessors() ? accelerator.multiprocessors() : 128.0;
  out.compute_efficiency = fit.compute_efficiency();
  out.memory_efficiency = fit.memory_efficiency();
  out.launch = fit.launch();
  if (fit.has_half_length()) out.half_length = fit.half_length();
  if (fit.has_blend()) out.blend = fit.blend();
  if (fit.has_per_sequence()) out.per_sequence = fit.per_sequence();
  if (fit.has_fp8_gain()) out.fp8_gain = fit.fp8_gain();
  if (fit.has_backward_factor()) out.backward_factor = fit.backward_factor();
  return out;
}

KernelCost PrefillAttentionCost(const AttentionParams& a, const AttentionShape& s) {
  KernelCost cost = Work(s);
  cost.kind = KernelKind::kPrefillAttention;
  Finish(a, cost.flops / (a.peak * a.compute_efficiency) * (1.0 + a.half_length / s.query),
         cost.bytes / (a.bandwidth * a.memory_efficiency), &cost);
  return cost;
}

KernelCost AttentionBackwardCost(const AttentionParams& a, const AttentionShape& s) {
  KernelCost cost = Work(s);
  cost.kind = KernelKind::kPrefillAttention;
  cost.flops *= 2.5;
  cost.bytes *= 2.5;
  Finish(a,
         cost.flops / (a.peak * a.compute_efficiency * a.backward_factor) * (1.0 + a.half_length / s.query),
         cost.bytes / (a.bandwidth * a.memory_efficiency), &cost);
  return cost;
}

KernelCost DecodeAttentionCost(const AttentionParams& a, const AttentionShape& s) {
  KernelCost cost = Work(s);
  cost.kind = KernelKind::kDecodeAttention;
  const double waves = std::ceil(s.sequences * s.kv_heads / a.multiprocessors);
  Finish(a, cost.flops / (a.peak * a.compute_efficiency),
         cost.bytes / (a.bandwidth * a.memory_efficiency) + a.per_sequence * waves, &cost);
  return cost;
}

}  // namespace headroom::compute
