#include "models/compute/attention.h"

#include <algorithm>
#include <cmath>

#include "models/compute/blend.h"
#include "sim/core/check.h"

namespace headroom::compute {
namespace {

constexpr double kQueryTile = 128.0;
constexpr double kRampContext = 2048.0;
constexpr double kFittedWidth = 256.0;  // d + v of the tables
constexpr double kLeastBlend = 8.0;
constexpr double kSagSeconds = 5e-3;

/// Keys that the window leaves of `keys`.
double Within(const AttentionShape& s, double keys, double more = 0.0) {
  return s.causal && s.window > 0.0 ? std::min(keys, s.window + more) : keys;
}

double Pairs(const AttentionShape& s) {
  if (!s.causal) return s.sequences * s.query * s.context;
  if (s.window > 0.0 && s.window < s.context) {
    // The first queries see less than the window.
    const double few = std::clamp(s.window - (s.context - s.query), 0.0, s.query);
    return s.sequences * ((s.query - few) * s.window + few * (s.window - 0.5 * (few - 1.0)));
  }
  return s.sequences * (s.query * (s.context - s.query) + 0.5 * s.query * (s.query + 1.0));
}

double CacheBytes(const AttentionShape& s) {
  const bool latent = s.kv_heads == 1.0 && s.v_dim < s.head_dim;
  return s.sequences * s.kv_heads * Within(s, s.context, s.query) * s.kv_bytes * (latent ? s.head_dim : s.head_dim + s.v_dim);
}

KernelCost Work(const AttentionShape& s, KernelKind kind) {
  HR_CHECK(s.sequences > 0 && s.query > 0 && s.context >= s.query, s.sequences, s.query, s.context);
  KernelCost cost;
  cost.flops = 2.0 * s.heads * (s.head_dim + s.v_dim) * Pairs(s);
  cost.bytes = CacheBytes(s) + 2.0 * s.sequences * s.query * s.heads * (s.head_dim + s.v_dim);
  cost.kind = kind;
  return cost;
}

/// `width` of the header, over `products` in place of one.
double Width(const AttentionParams& a, const AttentionShape& s, double products) {
  const double d = products * (s.head_dim + s.v_dim), fitted = products * kFittedWidth;
  return kFittedWidth * std::sqrt((d * d + a.softmax * a.softmax) / (fitted * fitted + a.softmax * a.softmax));
}

/// tc of prefill.
double TileSeconds(const AttentionParams& a, const AttentionShape& s, double products) {
  const double tiles = s.sequences * s.kv_heads * std::ceil(s.query * (s.heads / s.kv_heads) / kQueryTile);
  const double tokens = kQueryTile * s.kv_heads / s.heads;
  const double keys =
      Within(s, s.causal ? std::min(s.context, s.context - 0.5 * s.query + 0.5 * kQueryTile) : s.context, tokens);
  const double share = tiles / a.multiprocessors;
  const double work = keys * share + a.half_length * std::max(share, 1.0);
  const double longest = a.critical * (Within(s, s.context, tokens) + a.half_length);
  const bool alike = !s.causal || (s.window > 0.0 && s.window < s.context);
  const double unequal = alike ? 0.0 : a.critical * (std::min(s.query, s.context) + a.half_length);
  const double per_key = kQueryTile * 2.0 * Width(a, s, products) * a.multiprocessors / (a.peak * a.compute_efficiency);
  const double joined =
      std::max(Blend(work, unequal, a.balance).value, alike ? Blend(work, longest, 4.0).value : longest) * per_key;
  return joined * (1.0 + a.sag * joined / (joined + kSagSeconds));
}

/// The backward pass has five products and as many operands for the forward's two: `products` = 2.5.
KernelCost Prefill(const AttentionParams& a, const AttentionShape& s, double products, double efficiency) {
  KernelCost cost = Work(s, KernelKind::kPrefillAttention);
  cost.flops *= products;
  cost.bytes *= products;
  const double reach = a.bandwidth * a.memory_efficiency;
  const double rows = 2.0 * s.sequences * s.query * s.heads * (s.head_dim + s.v_dim);
  const double compute = TileSeconds(a, s, products) * products / efficiency;
  const Blended blended = Blend(compute, products * CacheBytes(s) / reach, 4.0);
  const double moved = products * a.passes * rows / reach;
  const double busy = std::max({moved + blended.value, cost.flops / a.peak, cost.bytes / a.bandwidth});
  cost.seconds = a.launch + busy;
  cost.compute_seconds = (busy - moved) * blended.share;
  return cost;
}

}  // namespace

AttentionParams MakeAttentionParams(const catalog::Accelerator& accelerator, const catalog::AttentionFit& fit,
                                    double peak) {
  AttentionParams out;
  out.peak = peak;
  out.bandwidth = accelerator.memory().bandwidth();
  out.multiprocessors = accelerator.has_multiprocessors() ? accelerator.multiprocessors() : 128.0;
  if (accelerator.has_exponentials() && accelerator.has_clock())
    out.softmax = peak / (2.0 * out.multiprocessors * accelerator.exponentials() * accelerator.clock());
  out.compute_efficiency = fit.compute_efficiency();
  out.memory_efficiency = fit.memory_efficiency();
  out.launch = fit.launch();
  if (fit.has_half_length()) out.half_length = fit.half_length();
  if (fit.has_blend()) out.blend = fit.blend();
  if (fit.has_per_sequence()) out.per_sequence = fit.per_sequence();
  if (fit.has_critical()) out.critical = fit.critical();
  if (fit.has_balance()) out.balance = fit.balance();
  if (fit.has_sag()) out.sag = fit.sag();
  if (fit.has_passes()) out.passes = fit.passes();
  if (fit.has_ramp()) out.ramp = fit.ramp();
  if (fit.has_splits()) out.splits = fit.splits();
  if (fit.has_crowd()) out.crowd = fit.crowd();
  if (fit.has_least()) out.least = fit.least();
  if (fit.has_backward_factor()) out.backward_factor = fit.backward_factor();
  return out;
}

KernelCost PrefillAttentionCost(const AttentionParams& a, const AttentionShape& s) { return Prefill(a, s, 1.0, 1.0); }

KernelCost AttentionBackwardCost(const AttentionParams& a, const AttentionShape& s) {
  return Prefill(a, s, 2.5, a.backward_factor);
}

KernelCost DecodeAttentionCost(const AttentionParams& a, const AttentionShape& s) {
  KernelCost cost = Work(s, KernelKind::kDecodeAttention);
  const double pairs = s.sequences * s.kv_heads;
  const double fill = std::min(1.0, pairs * a.splits / a.multiprocessors) / (1.0 + a.crowd / pairs);
  const double memory = cost.bytes / (a.bandwidth * a.memory_efficiency * fill);
  const double waves = a.per_sequence * std::ceil(pairs / a.multiprocessors);
  const double compute = cost.flops / (a.peak * a.compute_efficiency);
  const Blended blended = Blend(std::max(waves, compute), memory, a.blend);
  const double busy = std::max({blended.value, cost.flops / a.peak, cost.bytes / a.bandwidth});
  cost.seconds = a.launch + a.ramp * s.context / (s.context + kRampContext) + busy;
  if (a.least > 0.0) cost.seconds = Blend(cost.seconds, a.least, kLeastBlend).value;
  cost.compute_seconds = busy * blended.share;
  return cost;
}

}  // namespace headroom::compute
