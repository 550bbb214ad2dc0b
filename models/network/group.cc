#include "models/network/group.h"

#include <algorithm>
#include <cmath>

#include "sim/core/check.h"

namespace headroom::network {

Group MakeGroup(const FabricParams& fabric, std::uint32_t ranks, std::uint32_t stride) {
  HR_CHECK(ranks > 0 && stride > 0, ranks, stride);
  const double domain = std::max<std::uint32_t>(1, fabric.scale_up.domain);
  Group g;
  g.ranks = ranks;
  g.stride = stride;
  const double most = std::max(1.0, std::floor(domain / stride));
  g.domains = std::ceil(ranks / most);
  g.per_domain = ranks / g.domains;
  const double span = (ranks - 1.0) * stride + 1.0;
  g.beyond_leaf = g.domains > 1 && span > fabric.scale_out.leaf_accelerators;
  g.beyond_pod = g.beyond_leaf && fabric.scale_out.pod_accelerators > 0 &&
                 span > fabric.scale_out.pod_accelerators;
  return g;
}

}  // namespace headroom::network
