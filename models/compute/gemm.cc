#include "models/compute/gemm.h"

#include <algorithm>
#include <cmath>

#include "models/compute/blend.h"
#include "sim/core/check.h"

namespace headroom::compute {

GemmParams MakeGemmParams(const catalog::Accelerator& accelerator, const catalog::GemmFit& fit, Precision p,
                          double peak) {
  GemmParams out;
  out.peak = peak;
  out.bandwidth = accelerator.memory().bandwidth();
  out.multiprocessors = accelerator.has_multiprocessors() ? accelerator.multiprocessors() : 128.0;
  out.operand_bytes = BytesPerElement(p);
  out.compute_efficiency = fit.compute_efficiency();
  out.memory_efficiency = fit.memory_efficiency();
  out.launch = fit.launch();
  if (fit.has_depth()) out.depth = fit.depth();
  if (fit.has_blend()) out.blend = fit.blend();
  if (fit.has_wave()) out.wave = fit.wave();
  if (fit.has_quantise()) out.quantise = fit.quantise();
  if (fit.has_tile_m()) out.tile_m = fit.tile_m();
  if (fit.has_tile_n()) out.tile_n = fit.tile_n();
  if (fit.has_small_m()) out.small_m = fit.small_m();
  if (fit.has_small_n()) out.small_n = fit.small_n();
  return out;
}

KernelCost GemmCost(const GemmParams& g, const GemmShape& shape) {
  HR_CHECK(shape.m > 0 && shape.n > 0 && shape.k > 0 && shape.batch > 0, shape.m, shape.n, shape.k, shape.batch);
  const double tm = shape.m <= g.small_m ? g.small_m : g.tile_m;
  const double tn = shape.n <= g.small_n ? 0.5 * g.tile_n : g.tile_n;
  const double tiles = shape.batch * std::ceil(shape.m / tm) * std::ceil(shape.n / tn);
  const double waves = std::ceil(tiles / g.multiprocessors);
  const double idle = waves * g.multiprocessors / tiles - 1.0;
  const double padded = 2.0 * shape.batch * std::ceil(shape.m / tm) * tm * shape.n * (shape.k + g.depth);

  KernelCost cost;
  cost.flops = 2.0 * shape.batch * shape.m * shape.n * shape.k;
  cost.bytes = shape.batch * (g.operand_bytes * shape.k * (shape.n + shape.m) + 2.0 * shape.m * shape.n);
  const double compute = padded / (g.peak * g.compute_efficiency) * (1.0 + g.wave * idle);
  const double memory =
      cost.bytes / (g.bandwidth * g.memory_efficiency) + g.quantise * shape.batch * shape.m * shape.k;
  const double busy = std::max({Blend(compute, memory, g.blend), cost.flops / g.peak, cost.bytes / g.bandwidth});
  cost.seconds = g.launch + busy;
  cost.compute_seconds = std::min(compute, busy);
  cost.kind = compute >= memory ? KernelKind::kGemm : KernelKind::kMemory;
  return cost;
}

KernelCost GroupedGemmCost(const GemmParams& params, double groups, const GemmShape& per_group) {
  GemmShape all = per_group;
  all.batch *= groups;
  return GemmCost(params, all);
}

}  // namespace headroom::compute
