#include "models/training/weight_filling.h"

namespace headroom::training {

/// ZB-H1 (Qi et al., arXiv 2401.10241): passes in the order of 1F1B, weight gradients in the gaps,
/// memory of 1F1B.
Orders ZeroBubbleOrder(const ScheduleInput& in) {
  return FillWeights(in, RowOf(Schedule::kZeroBubble), OneFOneBOrder(in), in.stages);
}

}  // namespace headroom::training
