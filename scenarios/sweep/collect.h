#pragma once

#include "analysis/hdf5/sweep_store.h"
#include "scenarios/sweep/folder.h"

namespace headroom::sweep {

/// Reads every report of a sweep, in the order of the plan. What comes out depends on the plan and
/// the reports alone, not on what ran them, when or in which order.
report::SweepTable Gather(const Folder& folder, const Plan& plan);

/// Adds quantiles over repeats (/repeats) and the share of each figure's variance that each
/// coordinate explains
/// (/sensitivity).
void AddStatistics(const Plan& plan, report::SweepTable* table);

}  // namespace headroom::sweep
