#pragma once

#include "models/catalog/catalog.pb.h"
#include "models/compute/kernel_model.h"

namespace headroom::compute {

/// Fused attention (FlashAttention and its relatives): scores never reach device memory. For b sequences with q new
/// tokens over a context of c keys, h query heads, g key/value heads of dimensions d and v, S multiprocessors:
///
///     pairs = b*(q*(c - q) + q*(q + 1)/2) causal, b*q*c otherwise;    flops = 2*h*(d + v)*pairs
///
/// With a window of w keys below c a causal query sees min(w, its place) of them.
///
/// Prefill: tiles of 128 query rows (the heads of one group side by side), each over its keys.
///
///     t = t0 + l*rows/(bandwidth*e_m) + (tc^4 + tb^4)^(1/4)                                     [s]
///     tiles = b*g*ceil(q*(h/g)/128),   keys = min(c, c - q/2 + 64) causal, c otherwise;
///             with a window no more than w + the 128/(h/g) tokens of a tile, and so the longest
///     tc = u * (1 + sag*u/(u + 5 ms)),   u = max((work^x + (w*unequal)^x)^(1/x), w*longest) * 128*2*width / (peak*e_c/S)
///     work = keys*tiles/S + c_h*max(tiles/S, 1),   longest = c + c_h,   unequal = q + c_h
///             where all tiles are alike (not causal, or within a window)  u = (work^4 + (w*longest)^4)^(1/4) * ...
///     rows = 2*b*q*h*(d + v) bytes of q and o in bf16, before and after a tile's loop;   tb = cache/(bandwidth*e_m)
///
///     width = 256 * ((d + v)^2 + d_x^2)^(1/2) / (256^2 + d_x^2)^(1/2),   d_x = peak / (2*S*exponentials*clock)
///
/// A query and a key cost 2(d + v) FLOP and one exponential; d_x is the d + v at which both take equally long. They overlap in part:
/// with the root of squares the two make 0.71, 0.90 and 0.91 of the peak of B200, B300 (twice the exponentials) and H100, whose long
/// prefills were measured at 0.69, 0.96 and 0.81. The backward pass has 2.5 (d + v) for its one exponential. Without a known rate of
/// exponentials width = d + v.
///
/// x is 1 where the tiles start in any order, so that the last may be a long one, and large where the longest start first.
///
/// Decode: the keys and values of each head are read by up to M multiprocessors.
///
///     t = (t_l^8 + (t0 + t_r*c/(c + 2048) + (tm^p + max(t_w*ceil(b*g/S), flops/(peak*e_c))^p)^(1/p))^8)^(1/8)       [s]
///     tm = bytes * (1 + u/(b*g)) / (bandwidth*e_m*min(1, b*g*M/S))
///
/// t_l is the host's time to start a kernel and u the pairs of sequence and head that read at half speed, where tables show them.
/// cache = b*g*c*(d + v)*kv_bytes, bytes = cache + 2*b*q*h*(d + v); with v < d and g = 1 (latent attention) values are
/// part of the key row and cache = b*c*d*kv_bytes. No time is less than flops/peak or bytes/bandwidth.
/// The backward pass recomputes the probabilities: five products instead of two, at `backward_factor` times the
/// forward's efficiency.
///
/// Fitted on b 1 to 256, c 2 to 131072, d = v = 128, group sizes 4 and 8. Left out: sequences of different lengths in
/// one launch, caches that stay in the last-level cache.
struct AttentionParams {
  double peak = 0.0;             ///< bf16 FLOP/s
  double bandwidth = 0.0;        ///< B/s
  double multiprocessors = 1.0;  ///< S
  double softmax = 0.0;          ///< d_x; 0: exponentials not counted
  double compute_efficiency = 0.6;
  double memory_efficiency = 0.8;
  double launch = 5e-6;       ///< t0 [s]
  double half_length = 0.0;   ///< c_h
  double blend = 3.0;         ///< p
  double per_sequence = 0.0;  ///< t_w [s]
  double critical = 0.5;      ///< w
  double balance = 4.0;       ///< x
  double sag = 0.0;
  double passes = 2.0;        ///< l
  double ramp = 0.0;          ///< t_r [s]
  double splits = 64.0;       ///< M
  double crowd = 0.0;         ///< u
  double least = 0.0;         ///< t_l [s]
  double backward_factor = 1.0;
};

AttentionParams MakeAttentionParams(const catalog::Accelerator& accelerator, const catalog::AttentionFit& fit,
                                    double peak);

KernelCost PrefillAttentionCost(const AttentionParams& params, const AttentionShape& shape);
KernelCost AttentionBackwardCost(const AttentionParams& params, const AttentionShape& shape);
KernelCost DecodeAttentionCost(const AttentionParams& params, const AttentionShape& shape);

}  // namespace headroom::compute
