#include <algorithm>

#include "models/training/schedule.h"

namespace headroom::training {

/// Interleaved 1F1B (Narayanan et al., SC21): a stage takes p micro-batches through its first
/// chunk, then its second, and so on; stage s runs 2(p-1-s) + (v-1)p chunk passes ahead. Bubble
/// (p-1)/(v*m).
Orders InterleavedOrder(const ScheduleInput& in) {
  if (in.chunks == 1) return OneFOneBOrder(in);
  Orders out(in.stages);
  const std::uint32_t p = in.stages, v = in.chunks, total = v * in.micro_batches;
  const auto at = [&](std::uint32_t k, bool forward) {
    const std::uint32_t chunk = k / p % v;
    return Action{forward ? ActionKind::kForward : ActionKind::kBackward,
                  static_cast<std::uint16_t>(forward ? chunk : v - 1 - chunk),
                  k / (p * v) * p + k % p};
  };
  for (std::uint32_t s = 0; s < p; ++s) {
    const std::uint32_t ahead =
        in.micro_batches == p ? total : std::min(total, 2 * (p - 1 - s) + (v - 1) * p);
    std::uint32_t f = 0, b = 0;
    while (f < ahead) out[s].push_back(at(f++, true));
    while (b < total) {
      if (f < total) out[s].push_back(at(f++, true));
      out[s].push_back(at(b++, false));
    }
  }
  return out;
}

}  // namespace headroom::training
