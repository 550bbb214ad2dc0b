#include <algorithm>
#include <cmath>

#include "models/network/algorithm_table.h"

namespace headroom::network {
namespace {

/// All-reduce of `bytes` among d peers, one per domain, by the better of ring and double binary
/// tree.
double AmongDomains(const Path& path, double bytes, const ProtocolParams& p, double tree_step) {
  const double d = path.d;
  const double ring = 2 * (d - 1) * path.OutStep(p.out_ring) + 2 * bytes * (1 - 1 / d) / path.out;
  const double tree =
      2 * std::ceil(std::log2(d)) * path.OutStep(tree_step) + 2 * bytes / (0.92 * path.out);
  return std::min(ring, tree);
}

}  // namespace

/// First inside the domain, then among domains on every member's own NIC with 1/m of the buffer,
/// then inside again. Where the domain's switch reduces, the parts are pipelined (NVLSTree) and the
/// slower sets the pace; otherwise they follow one another. An all-to-all gathers by target inside
/// the domain first, so that a NIC posts d - 1 messages instead of n - m.
std::optional<double> HierarchicalCost(const Path& path, Operation op, double bytes,
                                       const ProtocolParams& p) {
  if (path.d <= 1 || path.m < 2) return std::nullopt;
  const double m = path.m, d = path.d;
  const double inside = bytes * (1 - 1 / m) / path.up;
  const double up_delay = (m - 1) * path.UpStep(p.up_ring);
  switch (op) {
    case Operation::kAllReduce: {
      if (path.up_reduces) {
        const double out = AmongDomains(path, bytes / m, p, kNvlsTreeOutStep);
        return p.base_ring + path.UpStep(kNvlsStep) + std::max(bytes / path.up_reduce_rate, out);
      }
      return p.base_ring + 2 * (up_delay + inside) + AmongDomains(path, bytes / m, p, p.out_tree);
    }
    case Operation::kAllGather:
    case Operation::kReduceScatter:
      return p.base_ring + up_delay + inside + (d - 1) * path.OutStep(p.out_ring) +
             bytes / m * (1 - 1 / d) / path.out;
    case Operation::kAllToAll:
      return p.base_ring + path.UpStep(p.up_ring) + path.OutStep(p.out_ring) +
             kPerPeer * (m + d - 2) + inside + bytes * (1 - 1 / d) / path.out;
    case Operation::kBroadcast:
      return p.base_tree + std::ceil(std::log2(d)) * path.OutStep(p.out_tree) + up_delay +
             bytes / m / path.out + inside;
    case Operation::kSendRecv:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace headroom::network
