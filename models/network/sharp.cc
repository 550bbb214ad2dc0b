#include <algorithm>

#include "models/network/algorithm_table.h"

namespace headroom::network {

/// All-reduce with the sum taken in the switches between domains (SHARP, CollNetDirect):
/// reduce-scatter inside, one buffer share up to the switches and back, all-gather inside; the
/// three are pipelined, the slowest sets the pace.
std::optional<double> SharpCost(const Path& path, Operation op, double bytes,
                                const ProtocolParams& p) {
  if (op != Operation::kAllReduce || path.d <= 1 || !path.out_reduces) return std::nullopt;
  const double inside = path.m > 1 ? 2 * bytes * (1 - 1 / path.m) / path.up : 0;
  const double outside = bytes / path.m / path.out;
  const double delay = p.base_ring + path.OutStep(kCollNetOutStep) +
                       (path.m > 1 ? 2 * (path.UpStep(p.up_ring) + kPerPeer * (path.m - 1)) : 0);
  return delay + std::max(inside, outside);
}

}  // namespace headroom::network
