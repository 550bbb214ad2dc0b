#include "tests/validation/scheduling/replay.h"

#include <fmt/format.h>

#include <algorithm>

namespace headroom::validation {

using namespace scheduling;

Replayed Replay(std::uint32_t units, const std::vector<Job>& jobs, const std::string& policy, Passes passes,
                Reservations reservations) {
  SchedulerParams params;
  params.policy = policy;
  params.options.passes = passes;
  params.options.reservations = reservations;
  Engine engine;
  Scheduler scheduler(engine, FloorShape::Uniform(units, 1, units), jobs, params);
  Replayed out;
  out.allocation.resize(jobs.size());
  scheduler.OnStart([&](JobIndex job, const Allocation& where) {
    for (const UnitRun& run : where) {
      if (!out.allocation[job].empty()) out.allocation[job] += ' ';
      out.allocation[job] += run.count == 1 ? fmt::format("{}", run.first)
                                            : fmt::format("{}-{}", run.first, run.first + run.count - 1);
    }
  });
  scheduler.Start();
  engine.RunAll();
  for (const JobRecord& r : scheduler.records()) {
    out.start.push_back(static_cast<double>(r.first_start) / 1e9);  // divided, so whole seconds stay whole
    out.last_end = std::max(out.last_end, static_cast<double>(r.end) / 1e9);
  }
  return out;
}

}  // namespace headroom::validation
