#include "scenarios/study/contingency.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "models/plant/plant_params.h"
#include "scenarios/study/loss_run.h"
#include "sim/core/diagnostics.h"
#include "topology/facility.h"

namespace headroom::study {
namespace {

constexpr double kHour = 3600.0;
constexpr double kFelt = 0.002;  ///< share of lost work below which a loss is not felt

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

/// Switches are not simulated one by one: what a lost one leaves follows from the fabric.
void AddSwitches(const scenario::Simulation& simulation, std::vector<LossResult>* out) {
  for (const topology::System& system : simulation.site().systems()) {
    if (system.accelerators == 0) continue;
    const topology::FabricSummary& f = system.fabric;
    const auto row = [&](const char* tier, std::uint32_t count, const std::string& outcome, const std::string& notes) {
      if (count == 0) return;
      LossResult r;
      r.loss = {"switch-loss", fmt::format("{}/{}-1", system.spec.name, tier), static_cast<int>(count)};
      r.outcome = outcome;
      r.notes = notes;
      out->push_back(std::move(r));
    };
    const std::uint32_t nics = system.nodes > 0 ? f.nics / system.nodes : 0;
    if (f.rails && nics > 1)
      row("leaf", f.leaves, "slows", fmt::format("{} nodes keep {} of {} rails; not simulated", f.nodes_per_leaf, nics - 1, nics));
    else
      row("leaf", f.leaves, "isolates", fmt::format("{} nodes lose the fabric; not simulated", f.nodes_per_leaf));
    for (const auto& [tier, count] : {std::pair("spine", f.spines), std::pair("core", f.cores)})
      row(tier, count, count > 1 ? "slows" : "isolates",
          fmt::format("{:.1f} % of the bandwidth of its tier is left; not simulated", count > 0 ? 100.0 * (count - 1) / count : 0.0));
  }
}

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

/// The losses of a site, and what switches do, as lines of fields between tabs.
std::string ListOf(const scenario::Prepared& prepared) {
  const scenario::Simulation simulation(prepared.loaded, prepared.library);
  std::string out;
  for (const Loss& l : LossesOf(simulation.plant_params())) out += fmt::format("{}\t{}\t{}\n", l.what, l.where, l.alike);
  std::vector<LossResult> switches;
  AddSwitches(simulation, &switches);
  for (const LossResult& r : switches)
    out += fmt::format("{}\t{}\t{}\t{}\t{}\n", r.loss.what, r.loss.where, r.loss.alike, r.outcome, r.notes);
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
    std::getline(in, r.outcome, '\t');
    std::getline(in, r.notes, '\t');
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
  std::vector<LossResult> out = Losses(InChild([&] { return ListOf(prepared); }));
  const LossRun base = RunLossApart(prepared, {}, options);
  const double part = options.watch / (options.at + options.watch);
  std::size_t done = 0;
  for (LossResult& r : out) {
    progress(++done, out.size());
    if (!r.outcome.empty()) continue;
    const LossRun run = RunLossApart(prepared, r.loss, options);
    r = run.result;
    if (base.work > 0.0)
      r.lost_work = 1.0 - run.work / base.work;
    else if (base.busy > 0.0)
      r.lost_work = (1.0 - run.busy / base.busy) / part;
    r.lost_work = std::clamp(r.lost_work, 0.0, 1.0);
    if (r.outcome == "survives" && r.lost_work > kFelt) r.outcome = "slows";
  }
  return out;
}

}  // namespace headroom::study
