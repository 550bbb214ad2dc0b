#pragma once

#include <cstdint>

#include "models/network/fabric.h"

namespace headroom::network {

/// How the ranks of a communicator lie: equal numbers per domain (on average), domains alike. All
/// groups of one kind run at once (every data-parallel group of a job, say), so a member has its
/// own NIC and its own share of the domain.
struct Group {
  double ranks = 1;
  double per_domain = 1;  ///< members in one scale-up domain
  double domains = 1;
  double stride = 1;  ///< accelerators from one member to the next
  bool beyond_leaf = false;
  bool beyond_pod = false;
};

/// Members at 0, stride, 2*stride ... of accelerators numbered domain by domain, leaf by leaf.
Group MakeGroup(const FabricParams& fabric, std::uint32_t ranks, std::uint32_t stride);

}  // namespace headroom::network
