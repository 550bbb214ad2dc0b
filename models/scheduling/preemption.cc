#include "models/scheduling/preemption.h"

#include <algorithm>
#include <tuple>

namespace headroom::scheduling {

std::vector<JobIndex> ChooseVictims(const Cluster& c, std::uint32_t units, const std::function<bool(JobIndex)>& eligible,
                                    const std::function<bool(const std::vector<JobIndex>&)>& also) {
  std::vector<JobIndex> order;
  c.running().Each([&](const RunningJob& r) {
    if (!c.jobs()[r.job].fixed && c.now() - c.records()[r.job].last_start >= c.preemption().exempt && c.records()[r.job].last_start < c.now() && eligible(r.job))
      order.push_back(r.job);
  });
  std::sort(order.begin(), order.end(), [&](JobIndex a, JobIndex b) {
    const auto key = [&](JobIndex j) { return std::tuple(c.jobs()[j].priority, -c.records()[j].last_start, -static_cast<std::int64_t>(j)); };
    return key(a) < key(b);
  });
  std::uint64_t room = c.free();
  std::vector<JobIndex> out;
  const auto fits = [&] { return room >= units && (!also || also(out)); };
  for (const JobIndex victim : order) {
    if (fits()) break;
    room += c.jobs()[victim].units;
    out.push_back(victim);
  }
  if (!fits()) return {};
  for (std::size_t i = out.size(); i-- > 0;) {
    const JobIndex victim = out[i];
    out.erase(out.begin() + static_cast<std::ptrdiff_t>(i));
    room -= c.jobs()[victim].units;
    if (fits()) continue;
    out.insert(out.begin() + static_cast<std::ptrdiff_t>(i), victim);
    room += c.jobs()[victim].units;
  }
  return out;
}

bool PreemptLower(Cluster& c, JobIndex job) {
  if (c.preemption().mode == PreemptMode::kOff) return false;
  const std::int32_t priority = c.jobs()[job].priority;
  const std::vector<JobIndex> victims =
      ChooseVictims(c, c.jobs()[job].units, [&](JobIndex v) { return c.jobs()[v].priority < priority; },
                    [&](const std::vector<JobIndex>& gone) { return !c.picky() || c.Fits(job, gone); });
  for (const JobIndex v : victims) c.Preempt(v);
  return !victims.empty();
}

}  // namespace headroom::scheduling
