#pragma once

#include "models/catalog/catalog.pb.h"
#include "models/compute/kernel_model.h"

namespace headroom::compute {

/// Matrix products on S multiprocessors with tiles of tm x tn:
///
///     t  = t0 + (tc^p + tb^p)^(1/p)                                                             [s]
///     tc = 2 * tiles*tm*tn * (k + k_h) / (peak * e_c) * (1 + w*(waves*S/tiles - 1))
///     tb = traffic / (bandwidth * e_m) + l*m*k*batch
///     tiles = batch*ceil(m/tm)*ceil(n/tn),  waves = ceil(tiles/S)
///     traffic = batch * (b*(n*k + m*k) + 2*m*n)            [B], b bytes per operand element, bf16 result
///
/// and never less than flops/peak or traffic/bandwidth. k_h is the depth at which half the pipeline is filled, w the
/// share of the last wave's idle multiprocessors that is paid, l the time to quantise one activation element.
/// Left out: clocks below the boost clock, traffic served by the last-level cache.
struct GemmParams {
  double peak = 0.0;             ///< FLOP/s, dense
  double bandwidth = 0.0;        ///< B/s
  double multiprocessors = 1.0;  ///< S
  double operand_bytes = 2.0;    ///< b
  double compute_efficiency = 0.8;
  double memory_efficiency = 0.8;
  double launch = 3e-6;  ///< t0 [s]
  double depth = 0.0;    ///< k_h
  double blend = 3.0;    ///< p
  double wave = 0.5;     ///< w
  double quantise = 0.0;  ///< l [s]
  double tile_m = 128.0;
  double tile_n = 256.0;
  double small_m = 64.0;
  double small_n = 4096.0;
};

/// Parameters of one precision on one accelerator; `fit` may leave optional fields absent.
GemmParams MakeGemmParams(const catalog::Accelerator& accelerator, const catalog::GemmFit& fit, Precision p,
                          double peak);

KernelCost GemmCost(const GemmParams& params, const GemmShape& shape);

/// `groups` products in one launch: tiles of all groups share the waves, every group reads its own weights.
KernelCost GroupedGemmCost(const GemmParams& params, double groups, const GemmShape& per_group);

}  // namespace headroom::compute
