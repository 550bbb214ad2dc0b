#include "scenarios/build/job_guests.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
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
  const schema::Jobs& own = site.workload.jobs();
  if (own.kinds_size() > 1) refuse(path + ".kinds", "and queued workloads together are not simulated");
  if (own.has_workers()) refuse(path + ".workers", "and queued workloads together are not simulated");
  const std::string at = fmt::format("workloads[{}].queued", site.guests.front()->name());
  if (params.policy == "elastic") refuse(at, "has a size of its own, and scheduler.policy elastic sizes jobs");
  if (site.workload.jobs().has_sharing()) refuse(at, "takes whole accelerators, and jobs.sharing cuts them");
}

void RefuseUnknown(const WorkSite& site, const scheduling::SchedulerParams& params, const std::string& path) {
  const schema::Jobs& j = site.workload.jobs();
  const auto refuse = [&](const std::string& at, const std::string& what) { site.context.Error(path + at, what); };
  if (!j.kinds().empty() && j.has_accelerators()) refuse(".kinds", "and accelerators exclude each other");
  if (j.kinds_size() > 1 && !j.harvest().empty()) refuse(".kinds", "and harvest exclude each other");
  if (j.kinds_size() > 8) refuse(".kinds", "has more than 8 entries");
  const auto& queues = site.context.scenario.scheduler().queues();
  const bool split = std::any_of(queues.begin(), queues.end(), [](const auto& q) { return !q.nodes().empty(); });
  const bool limited = j.kinds_size() > 1 || j.has_host() || split;
  const std::string what = split ? "scheduler.queues.nodes" : path + (j.has_host() ? ".host" : ".kinds");
  if (limited && !scheduling::WaitsForPlaces(params.policy))
    site.context.Error(what, fmt::format("needs a policy that waits for places, and {} plans by numbers alone", params.policy));
  if (limited && (params.options.reservations == scheduling::Reservations::kMachines || !params.options.easy.sum_ties))
    site.context.Error(what, "goes with reservations: count and shadow_ties: summed alone");
  if (j.has_sharing() && j.sharing().mig() == j.sharing().has_parts()) refuse(".sharing", "needs parts or mig, and not both");
  if (j.has_sharing() && j.sharing().mig() && j.kinds_size() > 1) refuse(".sharing.mig", "needs one kind of accelerator");
  if (j.has_sharing() && !j.sharing().mig() && !j.sharing().profile().empty()) refuse(".sharing.profile", "needs mig: true");
  for (const schema::ListedJob& l : j.list())
    if (!l.profile().empty() && !j.sharing().mig()) refuse(fmt::format(".list[{}].profile", l.name()), "needs jobs.sharing.mig");
    else if (j.sharing().mig() && l.share() < 1.0) refuse(fmt::format(".list[{}].share", l.name()), "is of parts; MIG instances go by profile");
  if (!j.has_workers()) return;
  if (!j.harvest().empty()) refuse(".workers", "and harvest exclude each other");
  if (site.services.failures()) refuse(".workers", "and site.failures together are not simulated");
  if (j.workers().has_max() && j.workers().max() < j.workers().min()) refuse(".workers.max", fmt::format("is {}; it must not be below min, {}", j.workers().max(), j.workers().min()));
}

}  // namespace headroom::scenario
