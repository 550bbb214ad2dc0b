#include "scenarios/build/simulation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "models/plant/plant.h"
#include "scenarios/build/changes.h"
#include "scenarios/build/facility_builder.h"
#include "scenarios/build/plant_builder.h"
#include "scenarios/build/queued_work.h"
#include "scenarios/build/shared_uplinks.h"
#include "scenarios/build/site_costs.h"
#include "scenarios/build/site_record.h"
#include "scenarios/build/site_services.h"
#include "scenarios/build/site_tables.h"
#include "scenarios/build/work.h"
#include "scenarios/read/tree_file.h"
#include "sim/core/check.h"

namespace headroom::scenario {
namespace {

/// Simulated time between two looks at the clock on the wall.
constexpr double kStretch = 60.0;

}  // namespace

struct Simulation::Impl {
  Impl(const LoadedScenario& loaded, const catalog::Library& library, const AmendPlant& amend)
      : context{loaded.scenario, library, loaded.places, diagnostics, loaded.folder} {
    if (loaded.scenario.workloads().empty() && !loaded.scenario.run().has_duration())
      context.Error("workloads", "is empty; a site without work needs run.duration");
    systems = TakeStock(context);
    diagnostics.ThrowIfErrors();
    facility = BuildFacility(context, systems);
    slices = PlaceWork(systems, ClaimsOf(context), context);
    diagnostics.ThrowIfErrors();
    groups = MakeLoadGroups(systems, slices, facility.cdu_of_rack, facility.part_of_rack);
    services = std::make_unique<SiteServices>(context, engine);
    BuildWorks();
    plant::PlantParams params =
        MakePlantParams(context, systems, groups, facility, weather);
    diagnostics.ThrowIfErrors();
    if (amend) amend(&params);
    plant = std::make_unique<plant::Plant>(engine, params);
    for (auto& work : works) plant->Add(&work->settler());
    changes = ChangesOf(context, plant->params());
    diagnostics.ThrowIfErrors();
    Measure();
  }

  /// Schedules what changes next.
  void AwaitChange() {
    if (changed < changes.size()) engine.At(changes[changed].at, Phase::kArrival, [this] { Change(engine.now()); });
  }

  void Change(Instant now) {
    if (branch && now == branch_at) std::exchange(branch, {})();
    for (; changed < changes.size() && changes[changed].at == now; ++changed) {
      plant->Change(now, changes[changed].plant);
      for (const auto& [work, rate] : changes[changed].rates) works[work]->SetArrivalRate(now, rate);
    }
    AwaitChange();
  }

  /// A change that the work did not live to see would be no change.
  void CheckAllChanged() const {
    if (changed == changes.size()) return;
    const std::string path = fmt::format("changes[{}].at", changes[changed].number);
    throw ConfigError({Finding{context.places.Find(path), path,
                               fmt::format("is {:g} h; the work was done after {:g} h", changes[changed].at.seconds() / 3600.0,
                                           engine.now().seconds() / 3600.0)}});
  }

  WorkSite SiteOf(const schema::Workload& workload, const std::vector<Slice>& held) {
    std::uint32_t count = 0;
    for (const Slice& s : held) count += s.count;
    const std::uint32_t system = held.front().system;
    std::vector<PortRun> ports = PortsOf(groups, systems, held);
    for (PortRun& run : ports) run.host_load = workload.host_load();
    return {context, workload, fmt::format("workloads[{}]", workload.name()), context.folder, systems[system], count,
            std::move(ports), FabricOn(context, facility, systems, held), engine, systems, *services, held,
            facility.site->systems()[system].fabric.nodes_per_leaf};
  }

  /// Work that queues among the jobs of others, one for each such workload; null for the rest.
  std::vector<std::unique_ptr<QueuedWork>> BuildQueued() {
    std::vector<std::unique_ptr<QueuedWork>> out;
    for (int w = 0; w < context.scenario.workloads_size(); ++w) {
      const schema::Workload& workload = context.scenario.workloads(w);
      out.push_back(workload.has_queued() ? MakeQueuedWork(context, workload, slices[w],
                                                           [this, &workload](const std::vector<Slice>& held) { return SiteOf(workload, held); })
                                          : nullptr);
    }
    return out;
  }

  void BuildWorks() {
    std::vector<std::unique_ptr<QueuedWork>> queued = BuildQueued();
    std::vector<QueuedWork*> guests;
    for (const auto& q : queued) guests.push_back(q.get());
    std::vector<Work*> built;  // by workload
    for (int w = 0; w < context.scenario.workloads_size(); ++w) {
      const schema::Workload& workload = context.scenario.workloads(w);
      built.push_back(nullptr);
      if (workload.has_queued()) {
        if (!queued[w]) continue;
        if (!context.scenario.run().has_duration() && !queued[w]->ExpectedSeconds())
          context.Error(fmt::format("workloads[{}]", workload.name()), "has no end of its own; give run.duration");
        works.push_back(std::move(queued[w]));
        continue;
      }
      WorkSite site = SiteOf(workload, slices[w]);
      for (int g = 0; g < context.scenario.workloads_size(); ++g)
        if (context.scenario.workloads(g).queued().among() == workload.name())
          if (guests[g] != nullptr) site.guests.push_back(guests[g]);
      if (workload.has_jobs() && !workload.jobs().harvest().empty())
        for (int h = 0; h < w; ++h)
          if (context.scenario.workloads(h).name() == workload.jobs().harvest()) site.host = built[h];
      if (auto work = FindWorkKind(workload.kind_case())->build(site)) {
        if (!context.scenario.run().has_duration() && !work->ExpectedSeconds())
          context.Error(site.path, "has no end of its own; give run.duration");
        built.back() = work.get();
        works.push_back(std::move(work));
      }
    }
  }

  void Measure() {
    for (const SystemStock& s : systems) {
      size.racks += s.racks;
      size.nodes += s.nodes;
      size.accelerators += s.accelerators();
    }
    size.plant_groups = plant->params().groups.size();
    size.duration_s = context.scenario.run().duration();
    for (int w = 0; w < context.scenario.workloads_size(); ++w)
      size.works.push_back(context.scenario.workloads(w).name() + ": " + works[w]->Size());
  }

  /// Simulated seconds that the run takes, as far as can be told.
  double Expected() const {
    if (context.scenario.run().has_duration()) return context.scenario.run().duration();
    double longest = 0.0;
    for (const auto& work : works) longest = std::max(longest, work->ExpectedSeconds().value_or(0.0));
    return longest;
  }

  Diagnostics diagnostics;
  BuildContext context;
  std::vector<SystemStock> systems;
  BuiltFacility facility;
  std::vector<std::vector<Slice>> slices;  ///< by workload
  LoadGroups groups;
  Engine engine;
  std::unique_ptr<cooling::Weather> weather;
  std::unique_ptr<SiteServices> services;
  std::vector<std::unique_ptr<Work>> works;
  std::unique_ptr<plant::Plant> plant;
  RunSize size;
  std::size_t under_way = 0;
  std::vector<DueChange> changes;
  std::size_t changed = 0;  ///< of them, made
  Instant branch_at;
  std::function<void()> branch;
};

Simulation::Simulation(const LoadedScenario& loaded, const catalog::Library& library, const AmendPlant& amend)
    : impl_(std::make_unique<Impl>(loaded, library, amend)) {}
Simulation::~Simulation() = default;

const RunSize& Simulation::size() const { return impl_->size; }
const std::vector<Finding>& Simulation::warnings() const { return impl_->diagnostics.warnings(); }

std::vector<GroupSize> Simulation::groups() const {
  std::vector<GroupSize> out;
  for (const LoadGroup& g : impl_->groups.groups) {
    const SystemStock& s = impl_->systems[g.system];
    out.push_back({g.name, s.name, static_cast<double>(g.nodes) / s.nodes_per_rack});
  }
  return out;
}

const training::StepModel* Simulation::StepModelOf(const std::string& workload) const {
  for (int w = 0; w < impl_->context.scenario.workloads_size(); ++w)
    if (impl_->context.scenario.workloads(w).name() == workload) return impl_->works[w]->step_model();
  return nullptr;
}

const plant::PlantParams& Simulation::plant_params() const { return impl_->plant->params(); }
const topology::Facility& Simulation::site() const { return *impl_->facility.site; }

void Simulation::TakeChanges(const LoadedScenario& loaded) {
  Impl& s = *impl_;
  Diagnostics diagnostics;
  const BuildContext context{loaded.scenario, s.context.library, loaded.places, diagnostics, loaded.folder};
  s.changes = ChangesOf(context, s.plant->params());
  diagnostics.ThrowIfErrors();
}

void Simulation::SetBranch(double at, std::function<void()> reached) {
  impl_->branch_at = Instant::FromSeconds(at);
  impl_->branch = std::move(reached);
}

Outcome Simulation::Run(Recorder& recorder, const Watch& watch) {
  Impl& s = *impl_;
  Outcome outcome;
  outcome.status = "done";
  for (std::size_t w = 0; w < s.works.size(); ++w)
    if (const auto verdict = s.works[w]->Verdict()) {
      outcome.status = "out-of-memory";
      outcome.explanation += fmt::format("{}workloads[{}]: does not fit in memory: {}", outcome.explanation.empty() ? "" : "\n",
                                         s.context.scenario.workloads(w).name(), *verdict);
    }
  if (outcome.status != "done") {
    if (s.branch) std::exchange(s.branch, {})();
    for (const auto& work : s.works) work->SetMetrics(outcome.metrics);
    return outcome;
  }

  const bool timed = s.context.scenario.run().has_duration();
  const double expected = s.Expected();
  LinkSite links{s.works, s.slices, s.systems, *s.facility.site, s.groups, *s.services, {}, {}};
  for (const schema::Workload& w : s.context.scenario.workloads()) links.names.push_back(w.name());
  for (const plant::LoadGroupParams& g : s.plant->params().groups) links.group_names.push_back(g.name);
  SiteRecord record(s.engine, recorder, s.context.scenario, *s.plant, s.works, std::move(links), expected);
  s.under_way = s.works.size();
  SharedUplinks uplinks(s.works, s.slices, s.systems, *s.facility.site,
                        s.context.scenario.site().fabric().oversubscription());
  for (const auto& work : s.works) work->ShareUplinks(uplinks);
  for (std::size_t w = 0; w < s.works.size(); ++w)
    s.works[w]->Start([&, w] {
      uplinks.End(w);
      if (--s.under_way == 0 && !timed) s.engine.Stop();
    });
  // Until they have their places, queued workloads lie nowhere.
  for (std::size_t w = 0; w < s.works.size(); ++w)
    if (auto* queued = dynamic_cast<QueuedWork*>(s.works[w].get())) {
      uplinks.Place(w, {}, s.engine.now());
      queued->OnPlaced([&, w](const std::vector<Slice>& held) {
        uplinks.Place(w, held, s.engine.now());
        record.links().Place(w, held);
      });
    }
  s.plant->OnFabric([&](const std::vector<int>& leaves, const std::vector<int>& spines, const std::vector<int>& cores) {
    uplinks.Lose({leaves, spines, cores}, s.engine.now());
  });
  uplinks.BeginAll();
  s.AwaitChange();
  s.plant->Start();
  record.Start();

  const Instant end = timed ? Instant::FromSeconds(expected) : Instant::Max();
  while (s.engine.now() < end && (timed || s.under_way > 0)) {
    const double now = s.engine.now().seconds();
    if (!watch(expected > 0.0 ? std::min(1.0, now / expected) : -1.0, now)) {
      outcome.status = "interrupted";
      break;
    }
    s.engine.Run(std::min(end, s.engine.now() + Duration::FromSeconds(kStretch)));
  }
  if (outcome.status == "done") s.CheckAllChanged();
  s.plant->Finish();
  record.Finish();
  outcome.simulated_s = s.engine.now().seconds();
  watch(1.0, outcome.simulated_s);

  for (const auto& work : s.works) {
    work->SetMetrics(outcome.metrics);
    work->WriteTables(recorder);
  }
  if (s.context.scenario.site().has_failures()) {
    double failures = 0.0;
    for (const auto& work : s.works)
      for (const WorkEvent& e : work->Events()) failures += e.kind == "failure" ? 1.0 : 0.0;
    outcome.metrics.Set("site.failures", failures, "1");
  }
  record.links().Finish(&outcome.metrics);
  s.plant->SetMetrics(outcome.metrics);
  s.plant->WriteTables(recorder);
  SetFabricMetrics(s.facility.fabric, outcome.metrics);
  WriteSiteTables(s.facility, s.systems, s.groups, s.plant->params(), recorder);
  WritePlacement(s.slices, s.systems, s.context.scenario, recorder);
  SetCostMetrics(s.context, s.systems, s.facility.fabric.switches, *s.plant, s.works, outcome.metrics);
  return outcome;
}

Prepared Prepare(const std::string& path, LoadOptions options) {
  return Prepare(ReadTreeWithIncludes(path), path, std::move(options));
}

Prepared Prepare(config::Node root, const std::string& path, LoadOptions options) {
  Prepared p;
  options.catalog_names = [&](const std::string& kind) { return p.library.names(kind); };
  p.loaded = LoadTree(std::move(root), path, options);
  for (const catalog::Sheet& sheet : p.loaded.scenario.catalog()) p.library.Add(sheet);
  return p;
}

}  // namespace headroom::scenario
