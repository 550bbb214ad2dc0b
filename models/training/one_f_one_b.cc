#include <algorithm>

#include "models/training/schedule.h"

namespace headroom::training {

/// PipeDream-flush (Narayanan et al. 2021): stage s runs p-1-s forward passes ahead, then one
/// forward, one backward. Bubble (p-1)/m; at most p - s micro-batches in flight.
Orders OneFOneBOrder(const ScheduleInput& in) {
  Orders out(in.stages);
  const std::uint32_t m = in.micro_batches;
  for (std::uint32_t s = 0; s < in.stages; ++s) {
    const std::uint32_t ahead = std::min(m, in.stages - 1 - s);
    std::uint32_t f = 0, b = 0;
    while (f < ahead) out[s].push_back({ActionKind::kForward, 0, f++});
    while (b < m) {
      if (f < m) out[s].push_back({ActionKind::kForward, 0, f++});
      out[s].push_back({ActionKind::kBackward, 0, b++});
    }
  }
  return out;
}

}  // namespace headroom::training
