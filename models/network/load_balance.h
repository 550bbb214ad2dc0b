#pragma once

namespace headroom::network {

/// How flows are spread over the uplinks of a leaf. kEcmp: by a hash of their addresses, for as long as they live.
/// kAdaptive: every packet to the shortest queue; kSpray: every packet anywhere; both fill all uplinks alike, and both need
/// NICs that take packets in any order (on InfiniBand all do).
enum class LoadBalancing { kEcmp, kAdaptive, kSpray };

/// Leaves whose NICs send beyond them, all at once and equally; or spines whose leaves send beyond their pod, with the NICs
/// that one spine carries.
struct LeafTraffic {
  double nics = 1;          ///< of one leaf
  double nic_rate = 0;      ///< B/s
  double uplinks = 1;       ///< cables of one leaf
  double uplink_rate = 0;   ///< B/s
  double flows = 4;         ///< of one NIC, each hashed by itself and with an equal part of its bytes
  double leaves = 1;        ///< among which traffic goes
};

/// Rate of the slowest NIC over what an even spread would give it, for a collective waits for that one.
///
/// With hashing N = nics * flows balls fall into `uplinks` bins; a flow also comes down to its leaf over one of as many, so
/// that 2 * uplinks * leaves bins are looked at. Each holds a binomial number M of the N balls and they are taken as independent; the
/// fullest has E[M] = sum over m of 1 - P(M <= m)^bins. A flow in it gets uplink_rate / E[M], its NIC that
/// times `flows`. Nothing is lost with other kinds. Left out: unequal flows, new hashes, that a flow may collide in two tiers.
double SlowestShare(LoadBalancing balancing, const LeafTraffic& traffic);

}  // namespace headroom::network
