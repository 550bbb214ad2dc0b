#include "models/training/framework.h"

#include <cmath>

namespace headroom::training {

Framework FrameworkFor(compute::Precision precision) {
  Framework f;
  switch (precision) {
    case compute::Precision::kFp32:
    case compute::Precision::kTf32:
      f.weight_bytes = f.gradient_bytes = f.gather_bytes = f.tp_gather_bytes =
          f.linear_input_bytes = 4;
      f.optimizer_bytes = 8;
      break;
    case compute::Precision::kFp16:
      f.fused_attention = false;
      f.dropout = true;
      f.gradient_bytes = 4;
      break;
    case compute::Precision::kFp8:
    case compute::Precision::kMxfp8:
      f.gather_bytes = f.tp_gather_bytes = f.linear_input_bytes = f.frozen_bytes = 1;
      break;
    case compute::Precision::kBf16:
    case compute::Precision::kNvfp4:
    case compute::Precision::kInt8:
      break;
  }
  return f;
}

double LargestOf(double n) {
  if (n <= 1) return 0;
  // Quantile of the normal at (n - 0.375) / (n + 0.25): Abramowitz and Stegun 26.2.23,
  // within 4.5e-4.
  const double tail = 0.625 / (n + 0.25);
  const double t = std::sqrt(-2 * std::log(tail));
  return t - (2.515517 + t * (0.802853 + t * 0.010328)) /
                 (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
}

}  // namespace headroom::training
