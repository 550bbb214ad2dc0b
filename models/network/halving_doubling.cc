#include <cmath>

#include "models/network/algorithm_table.h"

namespace headroom::network {

/// Recursive vector halving, then doubling (Thakur, Rabenseifner and Gropp 2005), partners inside
/// the domain first, so that 1/m of the buffer crosses domains. A count that is no power of two
/// costs one more exchange of the buffer.
std::optional<double> HalvingDoublingCost(const Path& path, Operation op, double bytes,
                                          const ProtocolParams& p) {
  const std::optional<RingTerms> terms = RingTermsOf(op, path.n);
  if (!terms || op == Operation::kBroadcast || op == Operation::kSendRecv) return std::nullopt;
  const double rounds = op == Operation::kAllReduce ? 2 : 1;
  const double inner = std::ceil(std::log2(path.m) - 1e-9),
               outer = std::ceil(std::log2(path.d) - 1e-9);
  const double up = path.up * p.share, out = path.out * p.share;
  double t =
      p.base_ring + rounds * (inner * path.UpStep(p.up_ring) + outer * path.OutStep(p.out_ring));
  if (path.m > 1) t += bytes * rounds * (1 - 1 / path.m) / up;
  if (path.d > 1) t += bytes * rounds / path.m * (1 - 1 / path.d) / out;
  if (std::exp2(std::round(std::log2(path.n))) != path.n) {
    t += path.d > 1 ? bytes / out + path.OutStep(p.out_ring) : bytes / up + path.UpStep(p.up_ring);
  }
  return t;
}

}  // namespace headroom::network
