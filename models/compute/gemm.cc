#include "models/compute/gemm.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

#include "models/compute/blend.h"
#include "models/compute/tile.h"
#include "sim/core/check.h"

namespace headroom::compute {
namespace {

struct Tile {
  double m;
  double n;
  double per_row = 1.0 / m;     ///< exact: sizes are powers of two
  double per_column = 1.0 / n;
};

constexpr std::array<Tile, 5> kTiles{{{64, 128}, {128, 128}, {128, 256}, {256, 128}, {256, 256}}};
constexpr double kLeastDepth = 512.0;

double Floor(double x) { return static_cast<double>(static_cast<std::int64_t>(x)); }

/// c of the header.
double ComputeSeconds(const GemmParams& g, const GemmShape& s) {
  double best = std::numeric_limits<double>::infinity();
  for (size_t i = 0; i < kTiles.size(); ++i) {
    const double tiles = s.batch * Ceil(s.m * kTiles[i].per_row) * Ceil(s.n * kTiles[i].per_column);
    const double share = tiles / g.multiprocessors;
    best = std::min(best, Waves(share, g.wave) * g.slice[i] * (s.k + g.depth));
    if (share > 0.5) continue;
    const double share_of_k = std::max(s.k / Floor(g.multiprocessors / tiles), kLeastDepth);
    best = std::min(best, g.slice[i] * (share_of_k + g.depth) + g.split);
  }
  return best * (1.0 + g.sag * best / (best + kSagSeconds));
}

}  // namespace

GemmParams MakeGemmParams(const catalog::Accelerator& accelerator, const catalog::GemmFit& fit, Precision p,
                          double peak) {
  GemmParams out;
  out.peak = peak;
  out.bandwidth = accelerator.memory().bandwidth();
  out.multiprocessors = accelerator.has_multiprocessors() ? accelerator.multiprocessors() : 128.0;
  out.operand_bytes = BytesPerElement(p);
  out.memory_efficiency = fit.memory_efficiency();
  out.launch = fit.launch();
  if (fit.has_depth()) out.depth = fit.depth();
  if (fit.has_blend()) out.blend = fit.blend();
  if (fit.has_wave()) out.wave = fit.wave();
  if (fit.has_quantise()) out.quantise = fit.quantise();
  if (fit.has_split()) out.split = fit.split();
  if (fit.has_cast()) out.cast = fit.cast();
  if (fit.has_sag()) out.sag = fit.sag();
  if (fit.has_single_row()) out.single_row = fit.single_row();
  const double load = fit.has_load() ? fit.load() : 40.0;
  for (size_t i = 0; i < kTiles.size(); ++i)
    out.slice[i] = TileWork(kTiles[i].m, kTiles[i].n, load) * out.multiprocessors / (peak * fit.compute_efficiency());
  return out;
}

KernelCost GemmCost(const GemmParams& g, const GemmShape& s) {
  HR_CHECK(s.m > 0 && s.n > 0 && s.k > 0 && s.batch > 0, s.m, s.n, s.k, s.batch);
  KernelCost cost;
  cost.flops = 2.0 * s.batch * s.m * s.n * s.k;
  cost.bytes = s.batch * (g.operand_bytes * s.k * (s.n + s.m) + 2.0 * s.m * s.n);
  const double compute = ComputeSeconds(g, s);
  const double memory = cost.bytes / (g.bandwidth * g.memory_efficiency) + g.quantise * s.batch * s.m * s.k;
  const Blended blended = Blend(compute, memory, g.blend);
  const double busy = std::max({blended.value, cost.flops / g.peak, cost.bytes / g.bandwidth});
  cost.seconds = g.launch + (s.m == 1.0 ? g.single_row : 0.0) + g.cast * s.batch * s.m * s.k + busy;
  cost.compute_seconds = busy * blended.share;
  cost.kind = compute >= memory ? KernelKind::kGemm : KernelKind::kMemory;
  return cost;
}

}  // namespace headroom::compute
