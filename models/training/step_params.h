#pragma once

#include <limits>

#include "models/compute/kernel_model.h"
#include "models/llm/architecture.h"
#include "models/network/collective.h"
#include "models/power/clock_power.h"
#include "models/training/framework.h"
#include "models/training/plan.h"

namespace headroom::training {

/// Board power over TDP by kind of kernel, at full clock.
struct PowerShares {
  double idle = 0.2, gemm = 0.95, prefill_attention = 0.8, decode_attention = 0.5, memory = 0.5,
         communication = 0.35;
  double Of(compute::KernelKind kind) const;
};
/// From a data sheet; what it leaves out keeps the values above.
PowerShares PowerSharesOf(const catalog::Accelerator& accelerator);

/// Something of each kind of kernel.
struct ByKernel {
  double gemm = 1, attention = 1, memory = 1, communication = 1;
  double Of(compute::KernelKind kind) const;  ///< 1 for idle
};

/// Everything that a training step depends on. The kernel model is given beside it and outlives the
/// step model.
struct StepParams {
  llm::Architecture model;
  ParallelPlan plan;  ///< resolved
  network::FabricParams fabric;
  Framework framework;
  double linear_derate = 1;  ///< sustained over tabulated GEMM efficiency in the plan's precision
  double half_derate =
      1;  ///< the same for bf16 and fp16 products (head, router, unfused attention)
  double memory_capacity = 0;  ///< B; 0: not checked
  double memory_usable =
      0.95;        ///< share left by context, communication buffers and fragmentation; assumed
  double tdp = 0;  ///< W
  PowerShares power;
  power::ClockLaw clock_law;
  ByKernel clocks;    ///< over that of the step, at most 1: a lower one stretches what computes and saves power
  ByKernel voltages;  ///< over that which goes with the clock
  double power_limit = std::numeric_limits<double>::infinity();  ///< W of one board, mean of the step's work
};

}  // namespace headroom::training
