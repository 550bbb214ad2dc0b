#include <cmath>

#include "models/network/algorithm_table.h"

namespace headroom::network {

/// One pipelined binary tree over the domains, a chain inside each (as NCCL's trees). An inner node
/// takes two children's buffers and its parent's result: three buffers per direction for an
/// all-reduce, two sent for a broadcast.
std::optional<double> TreeCost(const Path& path, Operation op, double bytes,
                               const ProtocolParams& p) {
  if (op != Operation::kAllReduce && op != Operation::kBroadcast) return std::nullopt;
  const double rounds = op == Operation::kAllReduce ? 2 : 1;
  const double volume = path.d > 2 ? rounds + 1 : rounds;
  const double depth = path.d > 1 ? std::ceil(std::log2(path.d)) : 0;
  return p.base_tree +
         rounds * ((path.m - 1) * path.UpStep(p.up_tree) + depth * path.OutStep(p.out_tree)) +
         bytes * volume / path.Rate(p, bytes);
}

}  // namespace headroom::network
