#include "models/serving/linear_precisions.h"

namespace headroom::serving {

LinearPrecisions PrecisionsOf(compute::Precision precision) {
  using compute::Precision;
  if (precision == Precision::kNvfp4) return {Precision::kBf16, precision, precision};
  if (precision == Precision::kMxfp4) return {Precision::kBf16, Precision::kBf16, precision};
  return {precision, precision, precision};
}

}  // namespace headroom::serving
