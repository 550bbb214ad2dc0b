#include <cmath>

#include "models/network/algorithm_table.h"

namespace headroom::network {

/// Two complementary trees with half of the buffer each (Sanders, Speck and Traeff 2009): a rank is
/// inner in one and leaf in the other, so it sends and receives two buffers in an all-reduce and
/// one in a broadcast, at logarithmic depth. 0.92 of the ring's rate, as NCCL's tuner has it.
std::optional<double> DoubleBinaryTreeCost(const Path& path, Operation op, double bytes,
                                           const ProtocolParams& p) {
  if (op != Operation::kAllReduce && op != Operation::kBroadcast) return std::nullopt;
  constexpr double kTreeShare = 0.92;
  const double rounds = op == Operation::kAllReduce ? 2 : 1;
  const double depth = path.d > 1 ? std::ceil(std::log2(path.d)) : 0;
  return p.base_tree +
         rounds * ((path.m - 1) * path.UpStep(p.up_tree) + depth * path.OutStep(p.out_tree)) +
         bytes * rounds / (path.Rate(p, bytes) * kTreeShare);
}

}  // namespace headroom::network
