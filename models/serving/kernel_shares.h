#pragma once

#include <string>
#include <vector>

#include "models/serving/deployment.h"

namespace headroom::serving {

/// What a deployment's accelerators spent on one kind of kernel.
struct KernelShare {
  std::string name;
  double seconds = 0.0;  ///< accelerator-seconds
  double energy = 0.0;   ///< J of boards, idle power meanwhile included
};

/// The kinds of kernel_use.h, then `other` (norms, gathers, sampling, adapters), `host` (iterations in which no kernel runs:
/// host time, pipeline bubbles, waits for copies) and `waiting` (no iteration: start-up, no requests, repair). Seconds add up to
/// what is held and energy to ReplicaCounters::energy, which is checked.
std::vector<KernelShare> KernelShares(const Deployment& deployment);

/// Energy of kernels, idle power meanwhile included, by what they did [J]: products by tokens.
struct Phases {
  double prefill = 0.0, decode = 0.0;
};
Phases PhasesOf(const Deployment& deployment);

}  // namespace headroom::serving
