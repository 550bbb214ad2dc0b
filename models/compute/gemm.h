#pragma once

#include <array>

#include "models/catalog/catalog.pb.h"
#include "models/compute/kernel_model.h"

namespace headroom::compute {

/// Matrix products on S multiprocessors. The library is taken to choose the quickest of five tiles tm x tn, from
/// 64 x 128 to 256 x 256, and to split k over s = floor(S/tiles) multiprocessors where that is two or more:
///
///     t   = t0 + q*m*k*batch + (tc^p + tb^p)^(1/p)                                 [s], + t1 if m = 1
///     tc  = c * (1 + sag*c/(c + 0.5 ms)),     c = min over tiles, whole or split, of
///           whole: waves * slice * (k + k_h),     split: slice * (max(k/s, 512) + k_h) + t_s
///     slice = 2 * ((tm*tn)^4 + (a*(tm + tn))^4)^(1/4) / (peak*e_c/S)
///     waves = (1 - w)*max(tiles/S, 1) + w*ceil(tiles/S),   tiles = batch*ceil(m/tm)*ceil(n/tn)
///     tb  = traffic / (bandwidth*e_m) + l*m*k*batch
///     traffic = batch*(b*(n*k + m*k) + 2*m*n)                     [B], b bytes per operand element, a bf16 result
///
/// l quantises the activation beside the product, q in a kernel before it. The bracket is never less than 2*batch*m*n*k/peak or traffic/bandwidth. The fourth root joins a tile's arithmetic
/// with the loading of its operands at the rate of one multiprocessor: a is the number of columns for which it computes
/// while it loads one row. Grouped products (experts): grouped_gemm.h.
///
/// Valid for any shape; fitted on m from 1 to 16384, n and k from 1024 to 65536. Left out: operands that stay in the
/// last-level cache from one kernel to the next, which single kernel of a library is quicker or slower than its
/// neighbours. Sources and errors of the parameters stand in the sheets of kind `kernels`.
struct GemmParams {
  double peak = 0.0;             ///< FLOP/s, dense
  double bandwidth = 0.0;        ///< B/s
  double multiprocessors = 1.0;  ///< S
  double operand_bytes = 2.0;    ///< b
  double memory_efficiency = 0.8;
  double launch = 3e-6;             ///< t0 [s]
  double depth = 0.0;               ///< k_h
  double blend = 3.0;               ///< p
  double wave = 0.5;                ///< w
  double quantise = 0.0;            ///< l [s]
  double cast = 0.0;                ///< q [s]
  double split = 5e-6;              ///< t_s [s]
  double sag = 0.0;
  double single_row = 0.0;          ///< t1 [s]
  std::array<double, 5> slice{};    ///< of each tile, one multiprocessor's time for one k [s]
};

/// Parameters of one precision on one accelerator; `fit` may leave optional fields absent.
GemmParams MakeGemmParams(const catalog::Accelerator& accelerator, const catalog::GemmFit& fit, Precision p,
                          double peak);

KernelCost GemmCost(const GemmParams& params, const GemmShape& shape);

}  // namespace headroom::compute
