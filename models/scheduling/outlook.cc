#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/scheduling/cluster.h"
#include "sim/core/check.h"

namespace headroom::scheduling {

Allocation Cluster::PlaceOn(const Floor& floor, double power, JobIndex job) const {
  if (jobs_[job].units > floor.free().count()) return {};
  if (limits_.power > 0.0 && power + PowerOf(job) > limits_.power * (1.0 + 1e-9)) return {};
  return PlaceIn(floor, job);
}

Floor Cluster::FloorWithout(const std::vector<JobIndex>& gone) const {
  Floor floor = floor_;
  for (const JobIndex job : gone) floor.Give(allocation(job), jobs_[job].host);
  return floor;
}

bool Cluster::PowerFits(JobIndex job, const std::vector<JobIndex>& gone) const {
  double power = power_;
  for (const JobIndex other : gone) power -= PowerOf(other);
  return limits_.power <= 0.0 || power + PowerOf(job) <= limits_.power * (1.0 + 1e-9);
}

std::uint32_t Cluster::KindOf(const Allocation& units) const {
  std::uint32_t kind = 0;
  if (!units.empty()) floor_.EachNode({{units.front().first, 1}}, [&](std::uint32_t node, std::uint32_t) { kind = floor_.shape().kind_of(node); });
  return kind;
}

std::uint32_t Cluster::UnitsOfKind(std::uint32_t kind) const {
  std::uint32_t units = 0;
  const FloorShape& shape = floor_.shape();
  for (std::uint32_t n = 0; n < shape.nodes(); ++n)
    if (shape.kind_of(n) == kind && !IsDown(n)) units += shape.node_begin[n + 1] - shape.node_begin[n];
  return units;
}

double Cluster::SpeedAt(JobIndex job, const Allocation& units) const {
  return limits_.speeds.empty() || units.empty() ? 1.0 : SpeedOn(job, KindOf(units));
}

std::int64_t Cluster::EstimateAt(JobIndex job, const Allocation& units) const {
  const std::int64_t estimate = std::max<std::int64_t>(1, RemainingEstimate(job));
  if (limits_.speeds.empty()) return estimate;
  return static_cast<std::int64_t>(std::ceil(static_cast<double>(estimate) / SpeedAt(job, units)));
}

/// Only nodes of the kind and of the job's partition, with no more units than there are processors and memory for.
Floor Cluster::FloorFor(const Floor& floor, JobIndex job, std::uint32_t kind) const {
  const Job& j = jobs_[job];
  const bool split = j.queue < limits_.nodes.size() && !limits_.nodes[j.queue].empty();
  return floor.Limited([&](std::uint32_t node) {
    if (floor.shape().kind_of(node) != kind || (split && !limits_.nodes[j.queue][node])) return 0u;
    const std::uint32_t room = floor.HostRoom(node, j.host, j.units);
    if (limits_.one_node) return room >= j.units ? floor.free_in_node(node) : 0u;
    return std::min(room, floor.free_in_node(node));
  });
}

Allocation Cluster::PlaceOnKind(const Floor& floor, JobIndex job, std::uint32_t kind) const {
  if (SpeedOn(job, kind) <= 0.0) return {};
  const Floor mine = FloorFor(floor, job, kind);
  return mine.free().count() < jobs_[job].units ? Allocation{} : placement_(mine, RequestOf(job));
}

Allocation Cluster::PlaceIn(const Floor& floor, JobIndex job) const {
  if (!limited_) return placement_(floor, RequestOf(job));
  std::vector<std::uint32_t> kinds(kinds_);
  std::iota(kinds.begin(), kinds.end(), 0u);
  std::stable_sort(kinds.begin(), kinds.end(), [&](auto a, auto b) { return SpeedOn(job, a) > SpeedOn(job, b); });
  for (const std::uint32_t kind : kinds)
    if (Allocation units = PlaceOnKind(floor, job, kind); !units.empty()) return units;
  return {};
}

bool Cluster::Fits(JobIndex job, const std::vector<JobIndex>& without) const {
  if (without.empty()) {
    if (!picky_) return jobs_[job].units <= free();
    return !PlaceOn(floor_, power_, job).empty();
  }
  const Floor floor = FloorWithout(without);
  double power = power_;
  for (const JobIndex gone : without) power -= PowerOf(gone);
  return picky_ ? !PlaceOn(floor, power, job).empty() : jobs_[job].units <= floor.free().count();
}

/// With the first `count` holders gone.
Cluster::Outlook Cluster::After(const std::vector<RunningJob>& holders, std::size_t count) const {
  Outlook out{std::max(now_, holders[count - 1].end), floor_, power_, {}};
  for (std::size_t i = 0; i < count; ++i) {
    if (holders[i].outage) {
      out.floor.Give(UnitsOfNode(holders[i].job));
      continue;
    }
    out.floor.Give(allocation(holders[i].job), jobs_[holders[i].job].host);
    out.power -= PowerOf(holders[i].job);
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
