#pragma once

#include "models/llm/layer.h"
#include "models/training/plan.h"

namespace headroom::training {

/// Kernels that the host launches for an operator, forward and backward (both gradients).
///
/// Counted from Megatron-Core with Transformer Engine: a product is one launch forward and two backward; in 8 and 4 bits
/// its operands are quantised, scales set and swizzled and buffers allocated: 3 and 5 more, and for each expert of a grouped
/// product, which are quantised apart, 7 and 14 more. The router takes 31 each way (fused; 72 otherwise, as reported for
/// DeepSeek-V3 on GB200). Counts, not measurements: what a launch costs (`Framework::launch`) is assumed.
struct Launches {
  double forward = 0, backward = 0;
  Launches& operator+=(const Launches& o) {
    forward += o.forward;
    backward += o.backward;
    return *this;
  }
};
Launches LaunchesOf(const llm::Operator& op, bool quantised);

}  // namespace headroom::training
