#include "models/compute/elementwise.h"

#include "sim/core/check.h"

namespace headroom::compute {

ElementwiseParams MakeElementwiseParams(const catalog::Accelerator& accelerator, const catalog::ElementwiseFit& fit) {
  ElementwiseParams out;
  out.bandwidth = accelerator.memory().bandwidth();
  if (fit.has_memory_efficiency()) out.memory_efficiency = fit.memory_efficiency();
  if (fit.has_launch()) out.launch = fit.launch();
  return out;
}

KernelCost ElementwiseCost(const ElementwiseParams& e, double bytes) {
  HR_CHECK(bytes >= 0, bytes);
  KernelCost cost;
  cost.bytes = bytes;
  cost.seconds = e.launch + bytes / (e.bandwidth * e.memory_efficiency);
  cost.kind = KernelKind::kMemory;
  return cost;
}

}  // namespace headroom::compute
