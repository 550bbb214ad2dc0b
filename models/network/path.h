#pragma once

#include "models/network/group.h"
#include "models/network/protocol.h"

namespace headroom::network {

/// What the algorithms need to know of a group on a fabric, worked out once.
///
/// Rates are per member and direction [B/s]. `up` is the domain's link, `out` the member's NIC; a
/// domain's ring leaves through the NICs of all its members. On a mesh a group of n uses n - 1 of
/// the domain - 1 links of an accelerator.
struct Path {
  double n = 1, m = 1, d = 1;  ///< ranks, members per domain, domains
  ScaleUpShape shape = ScaleUpShape::kSwitch;
  double domain = 1;
  double up_wire = 0, up = 0;    ///< line rate, achieved rate
  double out_wire = 0, out = 0;  ///< after oversubscription where the group leaves its leaf
  double out_exchange = 0;       ///< achieved where every member sends to every other
  double up_scale = 1;           ///< hop latency of the domain over 1 us
  double out_hops = 0;           ///< s, switches and cables on the way
  bool up_reduces = false, out_reduces = false;
  double up_reduce_rate = 0;  ///< bytes reduced per second by the domain's switch, for this group

  double UpStep(double seconds) const { return seconds * up_scale; }
  double OutStep(double seconds) const { return seconds + out_hops; }
  /// Rate of a ring through all members: the domain's link or, over several domains, the NICs of a
  /// domain together.
  double RingRate() const;
  double RingWire() const;
  /// RingRate() under a protocol for a buffer of `bytes`, see kLlChannels.
  double Rate(const ProtocolParams& p, double bytes) const;
};

Path MakePath(const FabricParams& fabric, const Group& group);

}  // namespace headroom::network
