#pragma once

#include "topology/network.h"

namespace headroom::topology {

/// The largest flow [B/s] from the first half of the endpoints to the second half, by shortest
/// augmenting paths (Edmonds and Karp); endpoints take and give without limit.
double BisectionFlow(const Network& network);

}  // namespace headroom::topology
