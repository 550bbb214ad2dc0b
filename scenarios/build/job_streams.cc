#include "scenarios/build/job_streams.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/jobs/published_load.h"
#include "models/jobs/synthetic.h"
#include "scenarios/build/job_floor.h"
#include "scenarios/read/traces/job_trace_reader.h"

namespace headroom::scenario {
namespace {

jobs::SyntheticParams ParamsOf(const schema::SyntheticJobs& s, std::uint32_t queues) {
  jobs::SyntheticParams p;
  p.rate = s.rate();
  if (s.accelerators().has_powers_of_two())
    p.units = jobs::PowersOfTwo{s.accelerators().powers_of_two().max()};
  else
    p.units = jobs::FixedCount{s.accelerators().fixed()};
  if (s.duration().has_lognormal())
    p.duration = jobs::LognormalDuration{s.duration().lognormal().mean(), s.duration().lognormal().sigma()};
  else
    p.duration = jobs::FixedDuration{s.duration().fixed()};
  p.estimate_factor = s.estimate();
  p.users = s.users();
  p.queues = queues;
  return p;
}

/// Jobs larger than the cluster are an error here: whoever writes a distribution knows the site.
jobs::JobStream Synthetic(const WorkSite& site, const std::string& path) {
  const schema::SyntheticJobs& s = site.workload.jobs().synthetic();
  const schema::Run& run = site.context.scenario.run();
  for (const auto& [there, key] : {std::pair(s.accelerators().kind_case() != 0, "accelerators"),
                                   std::pair(s.duration().kind_case() != 0, "duration")}) {
    if (!there && s.like().empty()) site.context.Error(path + "." + key, "is due, or like");
    if (there && !s.like().empty()) site.context.Error(path + "." + key, "and like exclude each other");
  }
  const std::uint32_t largest =
      s.accelerators().has_powers_of_two() ? s.accelerators().powers_of_two().max() : s.accelerators().fixed();
  if (largest > LargestKind(site))
    site.context.Error(path + ".accelerators", fmt::format("a job of {} will never fit; there are {}", largest, LargestKind(site)));
  if (!s.has_until() && !run.has_duration()) site.context.Error(path, "has no end of its own; give until or run.duration");
  if (!site.context.diagnostics.ok()) return {};
  double until = s.has_until() ? s.until() : run.duration();
  if (run.has_duration()) until = std::min(until, run.duration());
  constexpr double kMostJobs = 2e7;
  if (s.rate() * until > kMostJobs) {
    site.context.Error(path + ".rate", fmt::format("makes about {:.2g} jobs in {:.3g} s; at most {:.0g} are simulated", s.rate() * until, until, kMostJobs));
    return {};
  }
  const auto queues = static_cast<std::uint32_t>(site.context.scenario.scheduler().queues_size());
  const std::string stream = "workloads." + site.workload.name();
  if (s.like().empty()) return jobs::Generate(ParamsOf(s, queues), until, site.context.scenario.seed(), stream);
  jobs::JobStream like = jobs::GenerateLike(*jobs::FindPublishedLoad(s.like()),
                                            {.rate = s.rate(), .estimate_factor = s.estimate(), .users = s.users(), .daily = s.daily()}, until,
                                            site.context.scenario.seed(), stream);
  std::size_t cut = 0;
  for (jobs::BatchJob& j : like)
    if (j.units > LargestKind(site)) {
      j.units = LargestKind(site);
      ++cut;
    }
  if (cut > 0)
    site.context.Warning(path + ".like", fmt::format("{} of {} jobs ask for more than the {} accelerators there are and get them all",
                                                     cut, like.size(), LargestKind(site)));
  return like;
}

jobs::JobStream Recorded(const WorkSite& site, const std::string& path) {
  const schema::Jobs& j = site.workload.jobs();
  const std::string file = j.trace().front() == '/' ? j.trace() : site.folder + "/" + j.trace();
  JobTrace trace = ReadJobTrace(file, j.format(), LargestKind(site), site.context.diagnostics);
  for (const std::string& remark : trace.remarks) site.context.Warning(path + ".trace", remark);
  return std::move(trace.jobs);
}

}  // namespace

jobs::JobStream StreamOf(const WorkSite& site, const std::string& path) {
  return site.workload.jobs().has_synthetic() ? Synthetic(site, path + ".synthetic") : Recorded(site, path);
}

}  // namespace headroom::scenario
