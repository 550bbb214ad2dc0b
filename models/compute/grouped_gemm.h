#pragma once

#include <array>

#include "models/catalog/catalog.pb.h"
#include "models/compute/kernel_model.h"

namespace headroom::compute {

/// Products of g groups (experts) of m x k by k x n in one launch, on S multiprocessors. The library is taken to choose the
/// quickest of seven tiles tm x tn, from 16 x 128 to 256 x 256; k is not split:
///
///     t   = t0 + (tc^p + tb^p)^(1/p)                                                       [s]
///     tc  = c * (1 + sag*c/(c + 0.5 ms)),   c = min over tiles of waves * slice * (k + k_h)  + 2*g*m*n*k/(peak*e_r)
///     slice = 2 * ((tm*tn)^4 + (a*(tm + tn))^4)^(1/4) / (peak*e_c/S)
///     waves = (1 - w)*max(tiles/S, 1) + w*ceil(tiles/S)
///     tiles = g*ceil(n/tn)*ceil(m/tm),   or g*ceil(n/tn) / (1 - exp(-tm/m)) where rows per group vary
///     tb  = (traffic - 0.7*resident)/(bandwidth*e_m) + l*g*m*k
///     traffic = g*(b*(n*k + m*k) + 2*m*n)                                                 [B]
///
/// Libraries that choose by the tokens alone take blocks of 16 x 64 for no more tokens than experts held, else of block x 64.
/// The last form of `tiles` is the mean of ceil(rows/tm) for rows of mean m that fall off exponentially: it lies within 5 % of the
/// power laws of the tables. e_r is for kernels that widen weights as they go, rows counted one by one. `resident` bytes of the
/// weights wait in the last-level cache (only in a benchmark). The bracket is never less than 2*g*m*n*k/peak or
/// (traffic - resident)/bandwidth.
///
/// What surrounds the products of one layer, for T tokens with r routed rows in all, r_o of them for the accelerator's own
/// experts, of which it holds E, at h hidden and i inner elements:
///
///     t = route*sqrt(r)/(sqrt(r) + h_r) + held*E + cast*T*h + (gather*r + gather_own*r_o)*h + (sweep*r + sweep_own*r_o)*i
///
/// Fitted on 1 to 8192 tokens, 8 to 384 experts on 1 to 64 ranks, h 2880 to 7168, i 1536 to 14336. Left out: tactics that an
/// autotuner picks badly, which makes single shapes up to three times as slow in the tables. Sources and errors stand in the sheets.
struct GroupedGemmParams {
  double peak = 0.0;             ///< FLOP/s, dense
  double bandwidth = 0.0;        ///< B/s
  double multiprocessors = 1.0;  ///< S
  double operand_bytes = 2.0;    ///< b
  double memory_efficiency = 0.8;
  double launch = 3e-6;  ///< t0 [s]
  double depth = 0.0;    ///< k_h
  double blend = 3.0;    ///< p
  double wave = 0.5;     ///< w
  double sag = 0.0;
  double quantise = 0.0;        ///< l [s]
  double row_efficiency = 0.0;  ///< e_r; 0: none
  double route = 0.0;           ///< [s]
  double route_half = 20.0;     ///< h_r
  double held = 0.0;            ///< [s]
  double cast = 0.0;            ///< [s]
  double gather = 0.0;          ///< [s]
  double gather_own = 0.0;      ///< [s]
  double sweep = 0.0;           ///< [s]
  double sweep_own = 0.0;       ///< [s]
  double block = 0.0;           ///< rows; 0: the quickest of seven tiles
  std::array<double, 7> slice{};  ///< of each tile, one multiprocessor's time for one k [s]
  std::array<double, 2> block_slice{};  ///< of the block for few tokens and of that for many [s]
};

/// Parameters of one precision on one accelerator; `fit` may be that of plain products.
GroupedGemmParams MakeGroupedGemmParams(const catalog::Accelerator& accelerator, const catalog::GemmFit& fit, Precision p,
                                        double peak);

/// `groups` products in one launch: tiles of all groups share the waves, every group reads its own weights.
KernelCost GroupedGemmCost(const GroupedGemmParams& params, double groups, const GemmShape& per_group);

KernelCost ExpertGatherCost(const GroupedGemmParams& params, const ExpertRows& rows);

}  // namespace headroom::compute
