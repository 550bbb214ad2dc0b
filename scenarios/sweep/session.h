#pragma once

#include <string>
#include <vector>

#include "analysis/hdf5/sweep_store.h"
#include "scenarios/sweep/local_pool.h"

namespace headroom::sweep {

/// A sweep's folder with its plan in it: the one in the folder where it still fits the sweep file,
/// else made anew. Reports of an earlier plan stay, and count where their point is in the new one.
Plan PlanInto(const Folder& folder, const Sweep& sweep, const std::string& version);

/// Points without a report, failed ones too.
std::vector<std::size_t> Due(const Folder& folder, const Plan& plan);

struct Counts {
  std::size_t points = 0, done = 0, forbidden = 0, failed = 0, left = 0;
  std::size_t finished() const { return done + forbidden; }
  bool all_done() const { return done == points; }
};
Counts CountStates(const std::vector<PointState>& states);

/// Gathers, and adds statistics.
report::SweepTable GatherAll(const Folder& folder, const Plan& plan);

/// Gathers, adds statistics and writes `path`. The folder's own file stays where it was made from the
/// same reports.
void CollectInto(const Folder& folder, const Plan& plan, const std::string& path);

/// Seconds that one point takes: of the first due one, which is run here in a child process;
/// `fallback` if none is due.
double MeasurePoint(const Folder& folder, const Plan& plan, double fallback);

}  // namespace headroom::sweep
