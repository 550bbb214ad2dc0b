#include "scenarios/sweep/session.h"

#include <algorithm>
#include <chrono>
#include <set>

#include "scenarios/read/tree_file.h"
#include "scenarios/sweep/collect.h"

namespace headroom::sweep {

Plan PlanInto(const Folder& folder, const Sweep& sweep, const std::string& version) {
  if (const auto digest = folder.Digest(); digest && *digest == PlanDigest(sweep, version))
    return folder.ReadPlan();
  const Plan plan = MakePlan(sweep, version);
  folder.WritePlan(plan);
  return plan;
}

std::vector<std::size_t> Due(const Folder& folder, const Plan& plan) {
  const std::vector<PointState> states = folder.States(plan);
  std::vector<std::size_t> out;
  std::set<std::string> taken;  // points that resolve to the same scenario share a report
  for (std::size_t p = 0; p < states.size(); ++p)
    if ((states[p] == PointState::kLeft || states[p] == PointState::kFailed) &&
        taken.insert(plan.points[p].id).second)
      out.push_back(p);
  return out;
}

Counts CountStates(const std::vector<PointState>& states) {
  Counts c;
  c.points = states.size();
  for (const PointState s : states)
    ++(s == PointState::kDone        ? c.done
       : s == PointState::kForbidden ? c.forbidden
       : s == PointState::kFailed    ? c.failed
                                     : c.left);
  return c;
}

void CollectInto(const Folder& folder, const Plan& plan, const std::string& path) {
  report::SweepTable table = Gather(folder, plan);
  AddStatistics(plan, &table);
  report::WriteSweep(path, table);
}

double MeasurePoint(const Folder& folder, const Plan& plan, double fallback) {
  const std::vector<std::size_t> due = Due(folder, plan);
  if (due.empty()) return fallback;
  const config::Node base = scenario::ReadTreeWithIncludes(plan.base_path);
  const auto start = std::chrono::steady_clock::now();
  RunPool(folder, plan, base, {due.front()}, 1, [](const Tally&) { return true; });
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace headroom::sweep
