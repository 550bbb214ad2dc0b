#include "models/training/framework.h"

namespace headroom::training {

Framework FrameworkFor(compute::Precision precision) {
  Framework f;
  switch (precision) {
    case compute::Precision::kFp32:
    case compute::Precision::kTf32:
      f.weight_bytes = f.gradient_bytes = f.gather_bytes = f.tp_gather_bytes = f.linear_input_bytes = 4;
      f.optimizer_bytes = 8;
      break;
    case compute::Precision::kFp16:
      f.fused_attention = false;
      f.dropout = true;
      f.gradient_bytes = 4;
      break;
    case compute::Precision::kFp8:
    case compute::Precision::kMxfp8:
      f.gather_bytes = f.tp_gather_bytes = f.linear_input_bytes = 1;
      break;
    case compute::Precision::kBf16:
    case compute::Precision::kNvfp4:
    case compute::Precision::kInt8: break;
  }
  return f;
}

}  // namespace headroom::training
