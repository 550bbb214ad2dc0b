#pragma once

#include "models/network/collective.h"

namespace headroom::network {

/// What goes over the links of each tier of a fabric [B], or a rate of it [B/s], of one accelerator, a workload or a site.
///
/// What one end sends another receives: over a whole workload that keeps to itself sent == received and up == down.
struct Traffic {
  double scale_up = 0;  ///< sent to accelerators of the same domain
  double sent = 0;      ///< by NICs into leaves
  double received = 0;  ///< by NICs from leaves
  double up = 0;        ///< of `sent`, from leaves to spines
  double down = 0;      ///< of `received`, from spines to leaves
  double core = 0;      ///< of `up`, on to cores

  Traffic& Add(const Traffic& o, double times = 1);
  double nic() const { return sent > received ? sent : received; }    ///< in the busier direction
  double uplink() const { return up > down ? up : down; }             ///< likewise
  bool empty() const { return scale_up == 0 && sent == 0 && received == 0; }
};

/// What one member of `group` sends in a collective on `bytes` (as Cost() counts them), the mean over members.
///
/// The least that an algorithm without reduction in the switches sends, domain by domain: with f = 2 for an all-reduce, 1 for
/// gather and scatter, of m members in each of d domains
///
///     inside  f (1 - 1/m) bytes,   between  f (1 - 1/d) / m bytes
///
/// (together f (n - 1)/n, what a ring sends too); of an all-to-all (1/d - 1/n) and (1 - 1/d). Where a switch reduces
/// (`in_network`), a member sends its buffer once. As the run times it, all that leaves the domains of a group that spans leaves
/// takes the uplinks, and those that span pods the cores: an upper bound for rings whose neighbours share a leaf.
Traffic TrafficOf(const Group& group, Operation op, bool in_network, double bytes);
/// Of `bytes` sent from one accelerator to another, counted at both ends together.
Traffic SentTo(bool beyond_domain, bool beyond_leaf, bool beyond_pod, double bytes);

}  // namespace headroom::network
