#include "scenarios/build/listed_jobs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "models/storage/table_planning.h"
#include "scenarios/build/job_floor.h"

namespace headroom::scenario {
namespace {

constexpr double kEstimate = 1.5;  ///< times the run time, where none is given

/// s before the stage begins to work.
double PlanningOf(const WorkSite& site, const schema::TableScan& s, const std::string& path) {
  const bool delta = s.table() == "delta";
  if (delta && !s.has_times_faster())
    site.context.Error(path + ".times_faster", "is due for delta: its planning is published only as 7 to 20 times as fast as Iceberg's (LHBench, 200,000 files)");
  if (!delta && s.has_times_faster()) site.context.Error(path + ".times_faster", "is of delta; iceberg's own times are published");
  if (s.filter() == "partition" && s.distributed()) site.context.Error(path + ".distributed", "has no published time with a filter of partitions");
  return storage::PlanningSeconds({s.files(), s.cores(), s.filter() == "partition", s.distributed(), delta ? s.times_faster() : 1.0});
}

using After = std::vector<std::vector<scheduling::JobIndex>>;

/// A cycle of `after` as the jobs along it, the first also last; empty if there is none.
std::vector<scheduling::JobIndex> Cycle(const After& after) {
  enum class Mark : std::uint8_t { kNew, kOpen, kDone };
  std::vector<Mark> mark(after.size(), Mark::kNew);
  for (scheduling::JobIndex root = 0; root < after.size(); ++root) {
    std::vector<std::pair<scheduling::JobIndex, std::size_t>> path;
    if (mark[root] == Mark::kNew) path.emplace_back(root, 0);
    while (!path.empty()) {
      auto& [job, next] = path.back();
      mark[job] = Mark::kOpen;  // on the path
      if (next == after[job].size()) {
        mark[job] = Mark::kDone;
        path.pop_back();
        continue;
      }
      const scheduling::JobIndex before = after[job][next++];
      if (mark[before] == Mark::kNew) path.emplace_back(before, 0);
      if (mark[before] != Mark::kOpen) continue;
      std::vector<scheduling::JobIndex> cycle;
      for (const auto& step : path)
        if (!cycle.empty() || step.first == before) cycle.push_back(step.first);
      cycle.push_back(before);
      return cycle;
    }
  }
  return {};
}

}  // namespace

ListedJobs ReadListedJobs(const WorkSite& site, const std::string& path) {
  const auto& list = site.workload.jobs().list();
  const auto& queues = site.context.scenario.scheduler().queues();
  std::map<std::string, int> index;
  std::vector<std::string> names;
  for (int i = 0; i < list.size(); ++i) {
    if (!index.emplace(list[i].name(), i).second)
      site.context.Error(fmt::format("{}[{}].name", path, i), fmt::format("'{}' is the name of two", list[i].name()));
    names.push_back(list[i].name());
  }
  std::map<std::string, std::uint32_t> users;
  After after(static_cast<std::size_t>(list.size()));
  jobs::JobStream stream;
  for (int i = 0; i < list.size(); ++i) {
    const schema::ListedJob& l = list[i];
    const std::string here = fmt::format("{}[{}]", path, l.name());
    jobs::BatchJob j;
    j.id = i + 1;
    j.units = l.accelerators();
    j.milli = static_cast<std::uint32_t>(std::lround(l.share() * 1000.0));
    if (j.units > LargestKind(site))
      site.context.Error(here + ".accelerators", fmt::format("{} will never fit; there are {}", j.units, LargestKind(site)));
    const double runs = l.duration() + (l.has_scan() ? PlanningOf(site, l.scan(), here + ".scan") : 0.0);
    j.submit = std::llround(l.at() * 1e9);
    j.runtime = std::llround(runs * 1e9);
    j.estimate = std::llround((l.has_estimate() ? l.estimate() : kEstimate * runs) * 1e9);
    if (!l.user().empty()) j.user = users.emplace(l.user(), static_cast<std::uint32_t>(users.size()) + 1).first->second;
    if (!l.queue().empty()) {
      std::vector<std::string> known;
      for (int q = 0; q < queues.size(); ++q) {
        known.push_back(queues[q].name());
        if (queues[q].name() == l.queue()) j.queue = static_cast<std::uint32_t>(q) + 1;
      }
      if (j.queue == 0)
        site.context.Error(here + ".queue", fmt::format("there is no queue '{}' in scheduler.queues{}", l.queue(),
                                                        known.empty() ? "" : fmt::format("; there is {}", fmt::join(known, ", "))));
    }
    for (const std::string& before : l.after()) {
      const auto found = index.find(before);
      if (found == index.end()) {
        const std::string near = Nearest(before, names);
        site.context.Error(here + ".after", fmt::format("there is no job '{}' in the list{}", before, near.empty() ? "" : "; did you mean '" + near + "'?"));
      } else {
        after[static_cast<std::size_t>(i)].push_back(static_cast<scheduling::JobIndex>(found->second));
      }
    }
    stream.push_back(j);
  }
  if (const std::vector<scheduling::JobIndex> cycle = Cycle(after); !cycle.empty()) {
    std::vector<std::string> along;
    for (const scheduling::JobIndex job : cycle) along.push_back(names[job]);
    site.context.Error(path, fmt::format("jobs follow each other in a circle: {}", fmt::join(along, ", before it ")));
  }
  // In order of submission.
  std::vector<scheduling::JobIndex> order(stream.size()), place(stream.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return stream[a].submit < stream[b].submit; });
  for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = static_cast<scheduling::JobIndex>(i);
  ListedJobs out;
  for (const scheduling::JobIndex job : order) {
    out.jobs.push_back(stream[job]);
    for (scheduling::JobIndex& before : after[job]) before = place[before];
    out.after.push_back(std::move(after[job]));
  }
  return out;
}

}  // namespace headroom::scenario
