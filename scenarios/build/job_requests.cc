#include "scenarios/build/job_requests.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "scenarios/build/job_floor.h"

namespace headroom::scenario {
namespace {

using scheduling::PlacementMode;

PlacementMode ModeOf(const std::string& word) {
  if (word == "required") return PlacementMode::kRequired;
  if (word == "unconstrained") return PlacementMode::kUnconstrained;
  if (word == "lowest") return PlacementMode::kLowest;
  return PlacementMode::kPreferred;
}

std::uint32_t LargestDivisor(std::uint32_t of, std::uint32_t up_to) {
  for (std::uint32_t d = std::min(of, up_to); d > 1; --d)
    if (of % d == 0) return d;
  return 1;
}

class Requests {
 public:
  Requests(const WorkSite& site, const scheduling::FloorShape& shape, const scheduling::SchedulerParams& params)
      : site_(site), floor_(shape), params_(params), row_(*scheduling::FindPlacement(params.placement)) {
    for (std::uint32_t n = 0; n < shape.nodes(); ++n)
      node_units_ = std::max(node_units_, shape.node_begin[n + 1] - shape.node_begin[n]);
    place_ = row_.make(params.placing);
  }

  /// `request` null: nothing is asked for.
  void Fill(const schema::JobPlacement* request, const std::string& path, scheduling::Job* job) {
    using scheduling::Heeds;
    if (request != nullptr && !Heeded(*request, path)) return;
    if (row_.heeds == Heeds::kNothing || row_.heeds == Heeds::kParts || (request == nullptr && row_.heeds == Heeds::kDomains)) return;
    scheduling::JobPlacement& p = job->place;
    p.pod = LargestDivisor(job->units, request != nullptr && request->has_pod() ? request->pod() : node_units_);
    p.mode = request != nullptr ? ModeOf(request->mode()) : PlacementMode::kPreferred;
    p.level = LevelOf(request != nullptr ? request->level() : "", path);
    if (request == nullptr) return;
    if (request->has_segment()) p.segment = LargestDivisor(job->units / p.pod, request->segment());
    job->relax = Duration::FromSeconds(request->relax_after());
  }

  /// An error where the job could not start on an empty site.
  void Check(const scheduling::Job& job, const std::string& path, const std::string& name) {
    const auto shape = std::tuple(job.units, job.place.pod, job.place.segment, job.place.mode, job.place.level, job.watts, job.place.starts, job.host,
                                  job.speeds, params_.limits.nodes.empty() ? 0 : job.queue);
    if (!seen_.insert(shape).second) return;
    const double power = job.watts * job.units;
    if (params_.limits.power > 0.0 && power > params_.limits.power)
      return Never(path, fmt::format("{} draws {:.4g} kW and will never start; scheduler.power_cap is {:.4g} kW", name, power / 1e3, params_.limits.power / 1e3));
    scheduling::PlacementRequest request(job.units, job.place);
    if (job.relax.ns() > 0) request.place.mode = PlacementMode::kPreferred;
    if (job.units > floor_.free().count()) return;
    if (Limited() ? AloneFits(job) : !place_(floor_, request).empty()) return;
    if (Limited())
      return Never(path, fmt::format("{} asks for {} accelerators{} and will never start: no nodes of one kind{} hold them", name,
                                     job.units / floor_.shape().parts,
                                     job.host.any() ? fmt::format(" with {:g} processors and {:.4g} GB", job.host.cpus / 1e3, job.host.memory * 1e-3) : "",
                                     params_.limits.nodes.empty() ? "" : " that its queue may use"));
    if (row_.heeds == scheduling::Heeds::kParts)
      return Never(path, fmt::format("{} asks for {} accelerators and will never start; placement {} gives parts and accelerators of one node, of {}", name,
                                     job.units / floor_.shape().parts, row_.name, node_units_ / floor_.shape().parts));
    const auto& levels = floor_.shape().levels;
    Never(path, fmt::format("{} asks for {} accelerators in pods of {}{} and will never start: no {} holds them", name, job.units, job.place.pod,
                            job.place.segment > 0 ? fmt::format(", segments of {}", job.place.segment) : "",
                            job.place.level < levels.size() ? levels[job.place.level].name : "node"));
  }

 private:
  bool Limited() const { return !floor_.shape().kind.empty() || !floor_.shape().host.empty() || !params_.limits.nodes.empty(); }
  bool AloneFits(scheduling::Job job) const {
    if (job.relax.ns() > 0) job.place.mode = PlacementMode::kPreferred;
    scheduling::StartLimits limits = params_.limits;
    limits.one_node = row_.heeds == scheduling::Heeds::kParts;
    limits.power = 0.0;
    return scheduling::Cluster(floor_.shape(), {job}, place_, {}, {}, limits).Fits(0);
  }
  bool Heeded(const schema::JobPlacement& request, const std::string& path) {
    using scheduling::Heeds;
    const bool domains = !request.level().empty() || request.has_segment() || request.has_relax_after() || request.mode() != "preferred";
    if (row_.heeds == Heeds::kNothing || row_.heeds == Heeds::kParts || (row_.heeds == Heeds::kPods && domains)) {
      return Wrong(path, row_.heeds == Heeds::kPods ? fmt::format("scheduler.placement {} heeds `pod` alone; topology-aware heeds all of it", row_.name)
                                                    : fmt::format("scheduler.placement {} does not heed it; topology-aware does", row_.name));
    }
    if (!scheduling::WaitsForPlaces(params_.policy))
      return Wrong(path, fmt::format("scheduler.policy {} plans by numbers alone and cannot wait for a place", params_.policy));
    if (params_.options.reservations == scheduling::Reservations::kMachines)
      return Wrong(path, "scheduler.reservations of machines take the lowest free ones, wherever they are");
    if (!params_.options.easy.sum_ties) return Wrong(path, "scheduler.shadow_ties single is of jobs that wait for free accelerators alone");
    if (request.has_segment() && request.mode() != "preferred")
      return Wrong(path + ".segment", fmt::format("and mode {} exclude each other; a job of segments may span domains", request.mode()));
    if (request.has_relax_after() && request.mode() != "required") return Wrong(path + ".relax_after", "is of mode required");
    return true;
  }

  std::uint8_t LevelOf(const std::string& name, const std::string& path) {
    const auto& levels = floor_.shape().levels;
    if (name.empty() || name == "node") return static_cast<std::uint8_t>(levels.size());
    std::vector<std::string> known;
    for (std::size_t l = 0; l < levels.size(); ++l) {
      if (levels[l].name == name) return static_cast<std::uint8_t>(l);
      known.push_back(levels[l].name);
    }
    known.push_back("node");
    Wrong(path + ".level", fmt::format("there is no level '{}'; there is {}", name, fmt::join(known, ", ")));
    return 0;
  }

  bool Wrong(const std::string& path, const std::string& text) {
    if (wrong_.insert(path + text).second) site_.context.Error(path, text);
    return false;
  }
  void Never(const std::string& path, const std::string& text) {
    if (++never_ <= 5) site_.context.Error(path, text);
  }

  const WorkSite& site_;
  scheduling::Floor floor_;  ///< empty
  const scheduling::SchedulerParams& params_;
  const scheduling::PlacementRow& row_;
  scheduling::Placement place_;
  std::uint32_t node_units_ = 0;
  std::set<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, PlacementMode, std::uint8_t, double, std::uint8_t, scheduling::HostNeed,
                      std::uint32_t, std::uint32_t>> seen_;
  std::set<std::string> wrong_;
  int never_ = 0;
};

}  // namespace

void FillRequests(const WorkSite& site, const scheduling::FloorShape& shape, const jobs::JobStream& stream,
                  const std::map<scheduling::JobIndex, const schema::Queued*>& queued, double watts,
                  scheduling::SchedulerParams* params, std::vector<scheduling::Job>* jobs) {
  const schema::Jobs& j = site.workload.jobs();
  const std::string path = site.path + ".jobs";
  const scheduling::PlacementRow& row = *scheduling::FindPlacement(params->placement);
  const bool shares = row.heeds == scheduling::Heeds::kParts;
  if (shares && !j.has_sharing())
    site.context.Error("scheduler.placement", fmt::format("{} places parts of accelerators; {}.sharing says into how many one is cut", params->placement, path));
  if (!shares && j.has_sharing())
    site.context.Error(path + ".sharing", fmt::format("scheduler.placement {} gives whole accelerators; fgd, best-fit, packing, dot-product, random and mig give parts", params->placement));
  const bool mig = j.sharing().mig();
  if (j.has_sharing() && shares && mig != (params->placement == "mig"))
    site.context.Error("scheduler.placement", fmt::format("is {} and {}.sharing.mig is {}; one goes with the other", params->placement, path, mig));
  if (shares && site.system.accelerator == nullptr) site.context.Error(path + ".sharing", "is of accelerators, and these nodes have none");
  if (!site.context.diagnostics.ok()) return;
  for (std::size_t i = 0; i < jobs->size(); ++i) {
    scheduling::Job& job = (*jobs)[i];
    const double parts = shape.parts;
    if (mig) continue;
    job.units = stream[i].milli < 1000 && shares ? static_cast<std::uint32_t>(std::ceil(stream[i].milli * parts / 1000.0 - 1e-9)) : job.units * shape.parts;
    if (queued.count(static_cast<scheduling::JobIndex>(i)) == 0) job.watts = watts / parts;
  }
  if (mig) CutInstances(site, path, stream, jobs);
  if (!site.context.diagnostics.ok()) return;
  if (shares && !mig) {
    std::vector<scheduling::ShareRequest> all;
    for (const scheduling::Job& job : *jobs)
      all.push_back({0, 0, std::max(1u, job.units / shape.parts), job.units < shape.parts ? job.units * std::int64_t{1000} / shape.parts : 1000});
    params->placing.typical = scheduling::TypicalRequests(all, 0.95);
  }
  FillHosts(site, path, stream, jobs);
  FillSpeeds(site, path, stream, &params->limits, jobs);
  if (!site.context.diagnostics.ok()) return;
  Requests requests(site, shape, *params);
  for (std::size_t i = 0; i < jobs->size(); ++i) {
    scheduling::Job& job = (*jobs)[i];
    if (const auto guest = queued.find(static_cast<scheduling::JobIndex>(i)); guest != queued.end()) {
      const schema::Queued& q = *guest->second;
      requests.Fill(q.has_placement() ? &q.placement() : nullptr, path + ", its queued workload's placement", &job);
      if (site.context.diagnostics.ok()) requests.Check(job, path, "a queued workload");
      continue;
    }
    const schema::ListedJob* listed = j.list_size() > 0 ? &j.list(static_cast<int>(stream[i].id) - 1) : nullptr;
    const std::string here = listed ? fmt::format("{}.list[{}]", path, listed->name()) : path;
    if (listed && listed->has_power() && site.system.accelerator != nullptr)
      job.watts = listed->power() * HighestTdp(site) / shape.parts;
    if (listed && listed->share() < 1.0 && !shares) site.context.Error(here + ".share", "needs jobs.sharing");
    if (listed && listed->share() < 1.0 && listed->accelerators() > 1) site.context.Error(here + ".share", fmt::format("is of one accelerator, and it asks for {}", listed->accelerators()));
    const bool own = listed && listed->has_placement();
    requests.Fill(own ? &listed->placement() : j.has_placement() ? &j.placement() : nullptr, own ? here + ".placement" : path + ".placement", &job);
    if (site.context.diagnostics.ok()) requests.Check(job, here, listed ? "it" : fmt::format("job {}", stream[i].id));
  }
}

}  // namespace headroom::scenario
