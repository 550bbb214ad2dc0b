#include <algorithm>
#include <cmath>

#include "models/network/algorithm_table.h"

namespace headroom::network {

std::optional<RingTerms> RingTermsOf(Operation op, double n) {
  switch (op) {
    case Operation::kAllReduce:
      return RingTerms{2 * (n - 1) / n, 2 * (n - 1)};
    case Operation::kAllGather:
    case Operation::kReduceScatter:
      return RingTerms{(n - 1) / n, n - 1};
    case Operation::kBroadcast:
    case Operation::kSendRecv:
      return RingTerms{1, n - 1};
    case Operation::kAllToAll:
      return std::nullopt;
  }
  return std::nullopt;
}

namespace {

/// Every rank sends to the next: one step. The pair on two sides of a domain's edge has one NIC, and all wait for it.
double SendCost(Path path, double bytes, const ProtocolParams& p) {
  path.n = 2;
  if (path.d > 1) path.m = 1;
  const double step = path.d > 1 ? path.OutStep(p.out_ring) : path.UpStep(p.up_ring);
  return p.base_ring + step + bytes / path.Rate(p, bytes);
}

}  // namespace

/// A ring through all ranks, domain after domain (Patarasuk and Yuan 2009):
///
///     t = base + inner steps * up + crossings * out + bytes * volume / rate
///
/// On a torus one ring per axis and direction, all at once: steps are those of the axes, one after
/// another.
std::optional<double> RingCost(const Path& path, Operation op, double bytes,
                               const ProtocolParams& p) {
  if (op == Operation::kSendRecv) return SendCost(path, bytes, p);
  const std::optional<RingTerms> terms = RingTermsOf(op, path.n);
  if (!terms) return std::nullopt;
  double steps = terms->steps;
  const bool torus = path.shape == ScaleUpShape::kTorus2d || path.shape == ScaleUpShape::kTorus3d;
  if (torus && path.d <= 1) {
    const double axes = path.shape == ScaleUpShape::kTorus2d ? 2 : 3;
    steps = std::min(
        steps, steps / (path.n - 1) * axes * (std::ceil(std::pow(path.n, 1 / axes) - 1e-9) - 1));
    steps = std::max(steps, 1.0);
  }
  const double rounds = op == Operation::kAllReduce ? 2 : 1;
  const double crossings = path.d > 1 ? std::min(steps, rounds * path.d) : 0;
  return p.base_ring + (steps - crossings) * path.UpStep(p.up_ring) +
         crossings * path.OutStep(p.out_ring) + bytes * terms->volume / path.Rate(p, bytes);
}

}  // namespace headroom::network
