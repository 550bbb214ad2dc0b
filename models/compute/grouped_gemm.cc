#include "models/compute/grouped_gemm.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "models/compute/blend.h"
#include "models/compute/tile.h"
#include "sim/core/check.h"

namespace headroom::compute {
namespace {

struct Tile {
  size_t rows;  ///< index in kRows
  double n;
};

constexpr std::array<double, 5> kRows{16, 32, 64, 128, 256};
constexpr std::array<Tile, 7> kTiles{{{0, 128}, {1, 128}, {2, 128}, {3, 128}, {3, 256}, {4, 128}, {4, 256}}};
constexpr double kBlockColumns = 64;
constexpr double kCacheTime = 0.3;  ///< of the memory's time for a byte, where the last-level cache has it

/// Tiles of each of kRows in one group.
std::array<double, 5> RowTiles(const GemmShape& s) {
  std::array<double, 5> out{};
  double filled = -std::expm1(-kRows[0] / s.m);  // 1 - exp(-x), which doubling x turns into filled * (2 - filled)
  for (size_t i = 0; i < kRows.size(); ++i) {
    out[i] = s.uneven ? 1.0 / filled : Ceil(s.m / kRows[i]);
    filled *= 2.0 - filled;
  }
  return out;
}

double BlockSeconds(const GroupedGemmParams& g, double groups, const GemmShape& s) {
  const double block = s.few ? kRows[0] : g.block;
  const double rows = s.uneven ? 1.0 / -std::expm1(-block / s.m) : Ceil(s.m / block);
  const double share = groups * rows * Ceil(s.n / kBlockColumns) / g.multiprocessors;
  return Waves(share, g.wave) * g.block_slice[s.few ? 0 : 1] * (s.k + g.depth);
}

double TileSeconds(const GroupedGemmParams& g, double groups, const GemmShape& s) {
  const std::array<double, 5> rows = RowTiles(s);
  double best = std::numeric_limits<double>::infinity();
  for (size_t i = 0; i < kTiles.size(); ++i) {
    const double share = groups * rows[kTiles[i].rows] * Ceil(s.n / kTiles[i].n) / g.multiprocessors;
    best = std::min(best, Waves(share, g.wave) * g.slice[i] * (s.k + g.depth));
  }
  return best;
}

/// tc of the header.
double ComputeSeconds(const GroupedGemmParams& g, double groups, const GemmShape& s) {
  double best = g.block > 0.0 ? BlockSeconds(g, groups, s) : TileSeconds(g, groups, s);
  if (g.row_efficiency > 0.0) best += 2.0 * groups * s.m * s.n * s.k / (g.peak * g.row_efficiency);
  return best * (1.0 + g.sag * best / (best + kSagSeconds));
}

}  // namespace

GroupedGemmParams MakeGroupedGemmParams(const catalog::Accelerator& accelerator, const catalog::GemmFit& fit, Precision p,
                                        double peak) {
  GroupedGemmParams out;
  out.peak = peak;
  out.bandwidth = accelerator.memory().bandwidth();
  out.multiprocessors = accelerator.has_multiprocessors() ? accelerator.multiprocessors() : 128.0;
  out.operand_bytes = BytesPerElement(p);
  out.memory_efficiency = fit.memory_efficiency();
  out.launch = fit.launch();
  if (fit.has_depth()) out.depth = fit.depth();
  if (fit.has_blend()) out.blend = fit.blend();
  if (fit.has_wave()) out.wave = fit.wave();
  if (fit.has_sag()) out.sag = fit.sag();
  if (fit.has_quantise()) out.quantise = fit.quantise();
  if (fit.has_row_efficiency()) out.row_efficiency = fit.row_efficiency();
  if (fit.has_route()) out.route = fit.route();
  if (fit.has_route_half()) out.route_half = fit.route_half();
  if (fit.has_held()) out.held = fit.held();
  if (fit.has_cast()) out.cast = fit.cast();
  if (fit.has_gather()) out.gather = fit.gather();
  if (fit.has_gather_own()) out.gather_own = fit.gather_own();
  if (fit.has_sweep()) out.sweep = fit.sweep();
  if (fit.has_sweep_own()) out.sweep_own = fit.sweep_own();
  const double load = fit.has_load() ? fit.load() : 40.0;
  const auto slice = [&](double m, double n) {
    return TileWork(m, n, load) * out.multiprocessors / (peak * fit.compute_efficiency());
  };
  for (size_t i = 0; i < kTiles.size(); ++i) out.slice[i] = slice(kRows[kTiles[i].rows], kTiles[i].n);
  if (fit.has_block()) out.block = fit.block();
  out.block_slice = {slice(kRows[0], kBlockColumns), slice(out.block, kBlockColumns)};
  return out;
}

KernelCost GroupedGemmCost(const GroupedGemmParams& g, double groups, const GemmShape& per_group) {
  GemmShape s = per_group;
  HR_CHECK(groups > 0 && s.m > 0 && s.n > 0 && s.k > 0 && s.batch > 0, groups, s.m, s.n, s.k, s.batch);
  groups *= s.batch;
  KernelCost cost;
  cost.flops = 2.0 * groups * s.m * s.n * s.k;
  const double weights = groups * g.operand_bytes * s.n * s.k;
  const double traffic = weights + groups * (g.operand_bytes * s.m * s.k + 2.0 * s.m * s.n);
  cost.bytes = traffic - s.resident * weights;
  const double compute = ComputeSeconds(g, groups, s);
  const double memory = (traffic - (1.0 - kCacheTime) * s.resident * weights) / (g.bandwidth * g.memory_efficiency) +
                        g.quantise * groups * s.m * s.k;
  const Blended blended = Blend(compute, memory, g.blend);
  const double busy = std::max({blended.value, cost.flops / g.peak, cost.bytes / g.bandwidth});
  cost.seconds = g.launch + busy;
  cost.compute_seconds = busy * blended.share;
  cost.kind = compute >= memory ? KernelKind::kGemm : KernelKind::kMemory;
  return cost;
}

KernelCost ExpertGatherCost(const GroupedGemmParams& g, const ExpertRows& r) {
  HR_CHECK(r.tokens >= 0 && r.routed >= 0 && r.own >= 0 && r.held >= 0, r.tokens, r.routed, r.own, r.held);
  KernelCost cost;
  cost.kind = KernelKind::kMemory;
  cost.bytes = 4.0 * r.routed * r.hidden;
  cost.seconds = g.held * r.held + g.cast * r.tokens * r.hidden + (g.gather * r.routed + g.gather_own * r.own) * r.hidden +
                 (g.sweep * r.routed + g.sweep_own * r.own) * r.inner;
  const double root = std::sqrt(r.routed);
  if (r.routed > 0) cost.seconds += g.route * root / (root + g.route_half);
  return cost;
}

}  // namespace headroom::compute
