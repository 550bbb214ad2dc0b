#pragma once

#include <map>
#include <string>

namespace headroom::scheduling {

using Resources = std::map<std::string, double>;

/// Volcano's binpack score of a node for a task:
///
///     100 * weight * sum_r w_r (used_r + request_r) / capacity_r / sum_r w_r
///
/// over resources that are requested (more than 0) and listed; 0 if one does not fit. A resource that the node does not
/// have adds 0, but its weight counts. Source: volcano ed72c7c, pkg/scheduler/plugins/binpack.
double BinpackScore(const Resources& request, const Resources& used, const Resources& capacity, const Resources& weights,
                    double weight);

}  // namespace headroom::scheduling
