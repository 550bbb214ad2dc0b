#include "scenarios/study/contingency.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <tuple>
#include <utility>

#include "models/plant/plant_params.h"
#include "scenarios/runs/child_runs.h"
#include "scenarios/study/loss_run.h"
#include "sim/core/diagnostics.h"
#include "topology/facility.h"

namespace headroom::study {
namespace {

constexpr double kHour = 3600.0;
constexpr double kFelt = 0.002;    ///< share of lost work below which a loss is not felt
constexpr double kStopped = 0.99;  ///< and above which nothing is left

void AddUnits(const plant::PlantParams& p, plant::FaultKind kind, std::vector<Loss>* losses) {
  const plant::FaultWord& word = plant::WordOf(kind);
  for (int unit = 1; unit <= plant::UnitsOf(p, kind); ++unit)
    losses->push_back({word.word, fmt::format("{}-{}", word.unit, unit)});
}

/// One rack of each group; equal racks do the same.
void AddRacks(const plant::PlantParams& p, std::vector<Loss>* losses) {
  std::vector<int> seen(p.groups.size(), -1);
  for (std::size_t rack = 0; rack < p.group_of_rack.size(); ++rack) {
    int& at = seen[p.group_of_rack[rack]];
    if (at >= 0) {
      ++(*losses)[at].alike;
      continue;
    }
    at = static_cast<int>(losses->size());
    losses->push_back({"rack-loss", fmt::format("rack-{}", rack + 1)});
  }
}

/// Switches that would do the same: of one tier of a system, above the same workloads.
class SwitchClasses {
 public:
  SwitchClasses(const scenario::Simulation& simulation, std::vector<Loss>* losses) : params_(simulation.plant_params()), site_(simulation.site()), losses_(losses) {
    for (std::uint32_t s = 0; s < site_.systems().size(); ++s)
      if (site_.systems()[s].accelerators > 0) AddSystem(s);
  }

 private:
  void AddSystem(std::uint32_t number) {
    const topology::System& system = site_.systems()[number];
    const topology::FabricSummary& f = system.fabric;
    const std::uint32_t rails = f.rails && system.nodes > 0 ? std::max(1u, f.nics / system.nodes) : 1, below = std::max(1u, f.nodes_per_leaf);
    for (std::uint32_t l = 0; l < f.leaves; ++l) {
      const std::uint32_t block = l / rails, nodes = std::min(below, system.nodes - std::min(system.nodes, block * below));
      Add(number, "leaf", leaves_++, block * below, nodes,
          rails > 1 ? fmt::format("{} nodes keep {} of {} rails", nodes, rails - 1, rails) : fmt::format("{} nodes lose the fabric", nodes));
    }
    const std::uint32_t pod = std::max(1u, f.nodes_per_pod), pods = (system.nodes + pod - 1) / pod, of_pod = f.spines / std::max(1u, pods);
    for (std::uint32_t n = 0; n < f.spines; ++n)
      Add(number, "spine", spines_++, n / std::max(1u, of_pod) * pod, pod, fmt::format("{} of {} spines of {} nodes are left", of_pod - 1, of_pod, std::min(pod, system.nodes)));
    for (std::uint32_t n = 0; n < f.cores; ++n)
      Add(number, "core", cores_++, 0, system.nodes, fmt::format("{} of {} cores are left", f.cores - 1, f.cores));
  }
  void Add(std::uint32_t system, const char* tier, int unit, std::uint32_t first, std::uint32_t nodes, std::string effect) {
    std::set<std::string> work;
    const topology::System& s = site_.systems()[system];
    for (std::uint32_t n = first; n < std::min(first + nodes, s.nodes); ++n) {
      const topology::RackId rack = site_.rack_of(topology::NodeId(s.first_node.index() + n));
      const plant::LoadGroupParams& g = params_.groups[params_.group_of_rack[rack.index()]];
      work.insert(g.workload.empty() ? g.name : g.workload);
    }
    const auto [at, fresh] = known_.emplace(std::tuple(system, std::string(tier), effect, work), losses_->size());
    if (fresh)
      losses_->push_back({fmt::format("{}-loss", tier), fmt::format("{}-{}", tier, unit + 1), 1, std::move(effect)});
    else
      ++(*losses_)[at->second].alike;
  }

  const plant::PlantParams& params_;
  const topology::Facility& site_;
  std::vector<Loss>* losses_;
  int leaves_ = 0, spines_ = 0, cores_ = 0;
  std::map<std::tuple<std::uint32_t, std::string, std::string, std::set<std::string>>, std::size_t> known_;
};

std::vector<Loss> LossesOf(const plant::PlantParams& p) {
  std::vector<Loss> losses;
  using Kind = plant::FaultKind;
  AddUnits(p, Kind::kUtilityLoss, &losses);
  // A generator is missed when the utility is.
  for (int unit = 1; p.generators && unit <= p.generators->units; ++unit)
    losses.push_back({"generator-loss", fmt::format("generator-{}", unit)});
  for (const Kind kind : {Kind::kFeedLoss, Kind::kTransformerLoss, Kind::kUpsLoss, Kind::kPduLoss, Kind::kPumpTrip,
                          Kind::kCduLoss, Kind::kTowerFanOut, Kind::kTowerLoss, Kind::kChillerLoss})
    AddUnits(p, kind, &losses);
  AddRacks(p, &losses);
  return losses;
}

/// The losses of a site as lines of fields between tabs.
std::string ListOf(const scenario::Prepared& prepared) {
  const scenario::Simulation simulation(prepared.loaded, prepared.library);
  std::string out;
  std::vector<Loss> losses = LossesOf(simulation.plant_params());
  SwitchClasses(simulation, &losses);
  for (const Loss& l : losses) out += fmt::format("{}\t{}\t{}\t{}\n", l.what, l.where, l.alike, l.effect);
  return out;
}

std::vector<LossResult> Losses(const std::string& list) {
  std::vector<LossResult> out;
  std::istringstream lines(list);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream in(line);
    std::string alike;
    LossResult r;
    std::getline(in, r.loss.what, '\t');
    std::getline(in, r.loss.where, '\t');
    std::getline(in, alike, '\t');
    std::getline(in, r.loss.effect, '\t');
    r.loss.alike = std::stoi(alike);
    out.push_back(std::move(r));
  }
  return out;
}

}  // namespace

ContingencyOptions DefaultsFor(const schema::Scenario& s) {
  ContingencyOptions o;
  const double run = s.run().has_duration() ? s.run().duration() : 1.5 * kHour;
  o.at = std::min(kHour, 0.5 * run);
  o.watch = std::min(0.5 * kHour, 0.5 * run);
  return o;
}

std::vector<LossResult> Contingencies(const scenario::Prepared& prepared, const ContingencyOptions& options,
                                      const std::function<void(std::size_t, std::size_t)>& progress) {
  std::vector<LossResult> out = Losses(runs::AskChild([&] { return ListOf(prepared); }));
  const LossRun base = RunLossApart(prepared, {}, options);
  const double part = options.watch / (options.at + options.watch);
  std::size_t done = 0;
  for (LossResult& r : out) {
    progress(++done, out.size());
    const LossRun run = RunLossApart(prepared, r.loss, options);
    r = run.result;
    if (base.work > 0.0)
      r.lost_work = 1.0 - run.work / base.work;
    else if (base.busy > 0.0)
      r.lost_work = (1.0 - run.busy / base.busy) / part;
    r.lost_work = std::clamp(r.lost_work, 0.0, 1.0);
    if (r.outcome == "survives" && r.lost_work > kFelt) r.outcome = r.lost_work > kStopped ? "stops" : "slows";
    if (!r.loss.effect.empty()) r.notes = r.loss.effect + (r.notes.empty() ? "" : "; " + r.notes);
  }
  return out;
}

}  // namespace headroom::study
