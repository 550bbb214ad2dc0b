#pragma once

#include "models/training/step_model.h"

namespace headroom::training {

/// An accelerator of 1 PFLOP/s in every precision with kernels at full efficiency and no launch
/// time, in domains of 8.
catalog::Accelerator IdealAccelerator();
catalog::Kernels IdealKernels();
compute::KernelModel IdealMachine();

/// 16 layers of hidden 2048 with 16 heads and a vocabulary of 32,768.
llm::Architecture SmallModel();
/// One accelerator, 4 sequences of 1024 tokens.
StepParams SmallStep();

}  // namespace headroom::training
