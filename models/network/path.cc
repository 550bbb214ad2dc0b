#include "models/network/path.h"

#include <algorithm>

namespace headroom::network {

double Path::RingRate() const {
  if (d <= 1) return up;
  return m > 1 ? std::min(up, m * out) : out;
}

double Path::RingWire() const {
  if (d <= 1) return up_wire;
  return m > 1 ? std::min(up_wire, m * out_wire) : out_wire;
}

double Path::Rate(const ProtocolParams& p, double bytes) const {
  double rate = RingRate() * p.share;
  if (up_wire > 0 && m > 1) rate = std::min(rate, p.cap * up_wire);
  if (p.protocol == Protocol::kLl)
    rate *= std::clamp(bytes / (kLlChannelBytes * n), 1.0, kLlChannels) / kLlChannels;
  return rate;
}

Path MakePath(const FabricParams& f, const Group& g) {
  Path p;
  p.n = g.ranks;
  p.m = g.per_domain;
  p.d = g.domains;
  p.shape = f.scale_up.shape;
  p.domain = std::max<double>(1, f.scale_up.domain);
  p.up_wire = f.scale_up.bandwidth;
  if (p.shape == ScaleUpShape::kMesh && p.domain > 1 && p.m > 1)
    p.up_wire *= (p.m - 1) / (p.domain - 1);
  p.up = p.up_wire * f.scale_up.efficiency;
  p.up_scale = f.scale_up.latency / 1e-6;
  const ScaleOutParams& o = f.scale_out;
  // A group whose domains share a leaf keeps to it; beyond, only 1 - leaf/span of the traffic would
  // stay, left out.
  double neighbours = 1.0, exchange = 1.0, balance = 1.0;
  if (g.beyond_leaf) {
    neighbours = g.beyond_pod ? std::max(o.oversubscription, o.pod_shortage) : o.oversubscription;
    exchange = o.exchange_shortage > 0 ? o.exchange_shortage : neighbours;
    balance = o.balance;
  }
  p.out_wire = o.nic / std::min(neighbours, exchange);
  p.out = o.nic / neighbours * balance * o.efficiency;
  p.out_exchange = o.nic / exchange * balance * o.efficiency;
  p.out_hops = g.beyond_pod ? o.core_delay : g.beyond_leaf ? o.spine_delay : o.leaf_delay;
  p.up_reduces = f.scale_up.in_network_reduction && p.shape == ScaleUpShape::kSwitch && p.m >= 2;
  p.out_reduces = o.in_network_reduction;
  // A member sends its buffer once and the sum's share once more: S * (1 + 1/m).
  p.up_reduce_rate = f.scale_up.bandwidth * f.scale_up.in_network_efficiency * (1 + 1 / p.domain) /
                     (1 + 1 / std::max(1.0, p.m));
  return p;
}

}  // namespace headroom::network
