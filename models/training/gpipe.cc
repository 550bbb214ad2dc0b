#include "models/training/schedule.h"

namespace headroom::training {

/// All forward passes, then all backward passes (Huang et al. 2019). Bubble (p-1)/m; every
/// micro-batch is in flight.
Orders GpipeOrder(const ScheduleInput& in) {
  Orders out(in.stages);
  for (auto& order : out) {
    for (std::uint32_t i = 0; i < in.micro_batches; ++i)
      order.push_back({ActionKind::kForward, 0, i});
    for (std::uint32_t i = 0; i < in.micro_batches; ++i)
      order.push_back({ActionKind::kBackward, 0, i});
  }
  return out;
}

}  // namespace headroom::training
