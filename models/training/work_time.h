#pragma once

#include <array>

#include "models/compute/kernel_model.h"

namespace headroom::training {

inline constexpr std::size_t kKernelKinds = 6;

/// Seconds of one piece of work on one accelerator, by what they are spent on; communication as far
/// as it shows.
struct WorkTime {
  double compute = 0;
  double tp = 0, cp = 0, ep = 0, dp = 0;
  std::array<double, kKernelKinds> kinds{};  ///< `compute` by kind of kernel
  double host = 0;       ///< the accelerator waits for the host's launches
  double tp_hidden = 0;  ///< s of tensor-parallel communication behind compute
  double ep_hidden = 0;  ///< s of expert exchange behind compute

  double total() const { return compute + tp + cp + ep + dp + host; }
  void Add(compute::KernelKind kind, double seconds) {
    compute += seconds;
    kinds[static_cast<std::size_t>(kind)] += seconds;
  }
  WorkTime& operator+=(const WorkTime& o) { return AddScaled(o, 1.0); }
  WorkTime& AddScaled(const WorkTime& o, double times) {
    compute += o.compute * times;
    tp += o.tp * times;
    cp += o.cp * times;
    ep += o.ep * times;
    dp += o.dp * times;
    host += o.host * times;
    tp_hidden += o.tp_hidden * times;
    ep_hidden += o.ep_hidden * times;
    for (std::size_t i = 0; i < kKernelKinds; ++i) kinds[i] += o.kinds[i] * times;
    return *this;
  }
};

/// Forward, backward of activations and backward of weights of one piece for one micro-batch.
struct PassTimes {
  WorkTime forward, backward, weight;
  PassTimes& AddScaled(const PassTimes& o, double times) {
    forward.AddScaled(o.forward, times);
    backward.AddScaled(o.backward, times);
    weight.AddScaled(o.weight, times);
    return *this;
  }
};

}  // namespace headroom::training
