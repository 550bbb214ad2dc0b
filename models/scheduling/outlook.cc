#include <algorithm>

#include "models/scheduling/cluster.h"
#include "sim/core/check.h"

namespace headroom::scheduling {

Allocation Cluster::PlaceOn(const Floor& floor, double power, JobIndex job) const {
  if (jobs_[job].units > floor.free().count()) return {};
  if (limits_.power > 0.0 && power + PowerOf(job) > limits_.power * (1.0 + 1e-9)) return {};
  return placement_(floor, RequestOf(job));
}

bool Cluster::Fits(JobIndex job, const std::vector<JobIndex>& without) const {
  if (without.empty()) {
    if (!picky_) return jobs_[job].units <= free();
    return !PlaceOn(floor_, power_, job).empty();
  }
  Floor floor = floor_;
  double power = power_;
  for (const JobIndex gone : without) {
    floor.Give(allocation(gone));
    power -= PowerOf(gone);
  }
  return picky_ ? !PlaceOn(floor, power, job).empty() : jobs_[job].units <= floor.free().count();
}

/// With the first `count` holders gone.
Cluster::Outlook Cluster::After(const std::vector<RunningJob>& holders, std::size_t count) const {
  Outlook out{std::max(now_, holders[count - 1].end), floor_, power_, {}};
  for (std::size_t i = 0; i < count; ++i) {
    out.floor.Give(holders[i].outage ? UnitsOfNode(holders[i].job) : allocation(holders[i].job));
    if (!holders[i].outage) out.power -= PowerOf(holders[i].job);
  }
  return out;
}

std::optional<Cluster::Outlook> Cluster::FirstFit(JobIndex job) const {
  std::vector<RunningJob> holders;
  running_.EachHolder([&](const RunningJob& r) { holders.push_back(r); });
  // Room only grows as holders go, so the first end that suffices is found by halving; ends together count together.
  std::vector<std::size_t> ends;  // holders gone after each end
  for (std::size_t i = 1; i <= holders.size(); ++i)
    if (i == holders.size() || holders[i].end != holders[i - 1].end) ends.push_back(i);
  std::optional<Outlook> best;
  std::size_t low = 0, high = ends.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    Outlook at = After(holders, ends[middle]);
    at.units = PlaceOn(at.floor, at.power, job);
    if (at.units.empty()) {
      low = middle + 1;
    } else {
      high = middle;
      best = std::move(at);
    }
  }
  return best;
}

}  // namespace headroom::scheduling
