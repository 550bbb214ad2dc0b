#pragma once

#include <functional>
#include <vector>

#include "models/scheduling/cluster.h"

namespace headroom::scheduling {

/// Running jobs to stop so that `units` are free, and `also` holds with them gone: those that `eligible` allows and whose exempt time is over, lowest priority
/// first, the most recently started first among equals. Taken until there is room, then, from the last taken back, each that
/// is not needed is kept. Empty if they are not enough, or none is needed.
std::vector<JobIndex> ChooseVictims(const Cluster& cluster, std::uint32_t units, const std::function<bool(JobIndex)>& eligible,
                                    const std::function<bool(const std::vector<JobIndex>&)>& also = {});

/// Stops what ChooseVictims() finds among jobs of lower priority than `job`; false if that makes no room.
bool PreemptLower(Cluster& cluster, JobIndex job);

}  // namespace headroom::scheduling
