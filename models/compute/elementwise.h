#pragma once

#include "models/catalog/catalog.pb.h"
#include "models/compute/kernel_model.h"

namespace headroom::compute {

/// Memory-bound kernels (norms, activations, residuals, copies): t = t0 + bytes / (bandwidth * e_m) [s].
struct ElementwiseParams {
  double bandwidth = 0.0;  ///< B/s
  double memory_efficiency = 0.8;
  double launch = 2e-6;  ///< t0 [s]
};

ElementwiseParams MakeElementwiseParams(const catalog::Accelerator& accelerator, const catalog::ElementwiseFit& fit);
KernelCost ElementwiseCost(const ElementwiseParams& params, double bytes);

}  // namespace headroom::compute
