#include "scenarios/build/job_guests.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "scenarios/build/site_services.h"

namespace headroom::scenario {

void AddGuests(const WorkSite& site, jobs::JobStream* stream, std::vector<std::vector<scheduling::JobIndex>>* after,
               std::map<scheduling::JobIndex, QueuedWork*>* guests) {
  if (site.guests.empty()) return;
  const auto& queues = site.context.scenario.scheduler().queues();
  const std::size_t own = stream->size();
  std::int64_t id = 0;
  for (const jobs::BatchJob& j : *stream) id = std::max(id, j.id);
  for (const QueuedWork* guest : site.guests) {
    jobs::BatchJob j;
    j.id = ++id;
    j.submit = std::llround(guest->queued().at() * 1e9);
    j.estimate = j.runtime = std::max<std::int64_t>(1, std::llround(*guest->estimate() * 1e9));
    j.units = guest->units();
    for (int q = 0; q < queues.size(); ++q)
      if (queues[q].name() == guest->queued().queue()) j.queue = static_cast<std::uint32_t>(q) + 1;
    if (!guest->queued().queue().empty() && j.queue == 0)
      site.context.Error(fmt::format("workloads[{}].queued.queue", guest->name()), fmt::format("there is no queue '{}' in scheduler.queues", guest->queued().queue()));
    stream->push_back(j);
  }
  std::vector<scheduling::JobIndex> order(stream->size()), place(stream->size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return (*stream)[a].submit < (*stream)[b].submit; });
  jobs::JobStream sorted;
  for (std::size_t i = 0; i < order.size(); ++i) {
    place[order[i]] = static_cast<scheduling::JobIndex>(i);
    sorted.push_back((*stream)[order[i]]);
  }
  for (std::size_t g = 0; g < site.guests.size(); ++g) guests->emplace(place[own + g], site.guests[g]);
  *stream = std::move(sorted);
  if (after->empty()) return;
  std::vector<std::vector<scheduling::JobIndex>> follow(order.size());
  for (std::size_t i = 0; i < own; ++i)
    for (const scheduling::JobIndex before : (*after)[i]) follow[place[i]].push_back(place[before]);
  *after = std::move(follow);
}

void RefuseTogether(const WorkSite& site, const scheduling::SchedulerParams& params, const std::string& path) {
  const auto refuse = [&](const std::string& at, const char* what) { site.context.Error(at, what); };
  if (site.host != nullptr) {
    if (site.services.failures()) refuse(path + ".harvest", "and site.failures together are not simulated");
    if (site.workload.jobs().has_sharing()) refuse(path + ".sharing", "and harvest together are not simulated");
  }
  if (site.guests.empty()) return;
  const std::string at = fmt::format("workloads[{}].queued", site.guests.front()->name());
  if (params.policy == "elastic") refuse(at, "has a size of its own, and scheduler.policy elastic sizes jobs");
  if (site.workload.jobs().has_sharing()) refuse(at, "takes whole accelerators, and jobs.sharing cuts them");
}

}  // namespace headroom::scenario
