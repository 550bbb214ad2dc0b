#pragma once

#include <algorithm>
#include <vector>

#include "models/scheduling/scheduler.h"
#include "sim/core/random.h"

namespace headroom::scheduling {

inline Job MakeJob(double submit, double estimate, double runtime, std::uint32_t units, std::int32_t priority = 0) {
  Job j;
  j.submit = Instant::FromSeconds(submit);
  j.estimate = Duration::FromSeconds(estimate);
  j.runtime = Duration::FromSeconds(runtime);
  j.units = units;
  j.priority = priority;
  return j;
}

/// `count` jobs of whole seconds: many at equal instants, many that end early, some that overrun, three users, queues and
/// priorities.
inline std::vector<Job> RandomJobs(std::uint64_t seed, std::size_t count, std::uint32_t units) {
  RandomStream random(seed, "jobs");
  std::vector<Job> jobs;
  double submit = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    submit += static_cast<double>(random.Below(4) == 0 ? 0 : random.Below(30));
    const double estimate = 1.0 + static_cast<double>(random.Below(200));
    const double runtime = random.Below(8) == 0 ? estimate * 2.0 : 1.0 + static_cast<double>(random.Below(static_cast<std::uint64_t>(estimate)));
    Job j = MakeJob(submit, estimate, runtime, 1 + static_cast<std::uint32_t>(random.Below(units)), static_cast<std::int32_t>(random.Below(3)));
    j.user = static_cast<std::uint32_t>(random.Below(3));
    j.queue = static_cast<std::uint32_t>(random.Below(3));
    jobs.push_back(j);
  }
  return jobs;
}

/// Starts of a policy in seconds.
inline std::vector<double> Starts(std::vector<Job> jobs, std::uint32_t units, const SchedulerParams& params) {
  Engine engine;
  Scheduler scheduler(engine, FloorShape::Uniform(units, 1, units), std::move(jobs), params);
  scheduler.Start();
  engine.RunAll();
  std::vector<double> out;
  for (const JobRecord& r : scheduler.records()) out.push_back(static_cast<double>(r.first_start) / 1e9);
  return out;
}

}  // namespace headroom::scheduling
