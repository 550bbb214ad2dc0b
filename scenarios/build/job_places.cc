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

Table JobPlaces::MakeTable(const std::string& path) const {
  return {path,
          "stay",
          {{"job", "1", "row of the table of jobs", job_, {}},
           {"start", "s", "time from the start of the run", start_, {}},
           {"end", "s", "end or preemption; missing where it still runs", end_, {}},
           {"first", "1", "first unit of a run of adjoining ones, from 0 within the workload", first_, {}},
           {"count", "1", "units in the run", count_, {}}}};
}

}  // namespace headroom::scenario
