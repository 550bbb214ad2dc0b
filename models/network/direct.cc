#include <algorithm>
#include <cmath>

#include "models/network/algorithm_table.h"

namespace headroom::network {
namespace {

/// Seconds for every rank to send `bytes / n` to every other: what stays in the domain and what
/// leaves it at once.
double Exchange(const Path& path, double bytes, const ProtocolParams& p) {
  double inner = path.m > 1 ? bytes * (path.m - 1) / path.n / (path.up * p.share) : 0;
  if (path.d <= 1 && path.shape != ScaleUpShape::kSwitch && path.shape != ScaleUpShape::kMesh) {
    // Each byte crosses a quarter of every axis' length; an axis has 1/axes of the rate: S * (k/4)
    // * axes / rate.
    const double axes = path.shape == ScaleUpShape::kTorus2d ? 2 : 3;
    inner = bytes * std::max(1.0, std::pow(path.n, 1 / axes) * axes / 4) / (path.up * p.share);
  }
  const double outer = path.d > 1 ? bytes * (path.n - path.m) / path.n / (path.out_exchange * p.share) : 0;
  return std::max(inner, outer);
}

}  // namespace

/// Every rank writes to every other directly: one step to scatter, one to gather. All links of a
/// mesh at once; on a switch the same bytes as a ring. Posting a message costs kPerPeer.
std::optional<double> DirectCost(const Path& path, Operation op, double bytes,
                                 const ProtocolParams& p) {
  if (op == Operation::kBroadcast || op == Operation::kSendRecv) return std::nullopt;
  const double rounds = op == Operation::kAllReduce ? 2 : 1;
  const double step = path.d > 1 ? path.OutStep(p.out_ring) : path.UpStep(p.up_ring);
  return p.base_ring + rounds * (step + kPerPeer * (path.n - 1) + Exchange(path, bytes, p));
}

}  // namespace headroom::network
