#include "scenarios/build/job_places.h"

#include <limits>

namespace headroom::scenario {

void JobPlaces::Start(Instant now, scheduling::JobIndex job, const scheduling::Allocation& units) {
  open_[job] = job_.size();
  for (const scheduling::UnitRun& run : units) {
    job_.push_back(job);
    start_.push_back(now.seconds());
    end_.push_back(std::numeric_limits<double>::quiet_NaN());
    first_.push_back(run.first);
    count_.push_back(run.count);
  }
}

void JobPlaces::Leave(Instant now, scheduling::JobIndex job) {
  if (open_[job] == kNone) return;
  for (std::size_t i = open_[job]; i < job_.size() && job_[i] == job && start_[i] == start_[open_[job]]; ++i)
    end_[i] = now.seconds();
  open_[job] = kNone;
}

Table JobPlaces::MakeTable(const std::string& path, const std::vector<Slice>& slices, const std::vector<SystemStock>& systems, std::uint32_t parts) const {
  std::vector<std::uint8_t> system;
  std::vector<std::int64_t> node;
  std::vector<std::string> names;
  for (const SystemStock& s : systems) names.push_back(s.name);
  for (const std::int64_t first : first_) {
    std::uint64_t at = static_cast<std::uint64_t>(first) / parts;
    auto slice = slices.begin();
    for (; at >= slice->count; ++slice) at -= slice->count;
    system.push_back(static_cast<std::uint8_t>(slice->system));
    node.push_back(NodeOf(systems[slice->system], slice->first + static_cast<std::uint32_t>(at)));
  }
  Table table{path,
          "stay",
          {{"job", "1", "row of the table of jobs", job_, {}},
           {"start", "s", "time from the start of the run", start_, {}},
           {"end", "s", "end or preemption; missing where it still runs", end_, {}},
           {"first", "1", "first unit of a run of adjoining ones, from 0 within the workload", first_, {}},
           {"count", "1", "units in the run", count_, {}},
           {"node", "1", "node of its system, from 0, of the first of them", node, {}}}};
  constexpr std::size_t kMostNames = 255;
  if (names.size() <= kMostNames) table.columns.push_back({"system", "1", "system of the site of the first of them", system, names});
  return table;
}

}  // namespace headroom::scenario
