#include "models/plant/fault.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "models/plant/plant_params.h"
#include "sim/core/check.h"

namespace headroom::plant {
namespace {

/// Distinct units that faults of one kind (or of two) have taken.
std::set<int> Taken(const std::vector<const Fault*>& active, FaultKind kind) {
  std::set<int> units;
  for (const Fault* f : active)
    if (f->kind == kind) units.insert(f->unit);
  return units;
}

int Boxes(const PlantParams& p, const std::string& stage) {
  return static_cast<int>(std::count_if(p.nodes.begin(), p.nodes.end(),
                                        [&](const PowerNodeParams& n) { return n.stage == stage; }));
}

/// Of each lost box one copy is gone.
void LoseBoxes(const PlantParams& p, const std::string& stage, const std::set<int>& units, SiteHealth* h) {
  int number = 0;
  for (std::size_t i = 0; i < p.nodes.size(); ++i)
    if (p.nodes[i].stage == stage && units.count(number++) > 0)
      h->boxes[i] = 1;
}

int UpsUnits(const PlantParams& p) {
  for (const auto& s : p.stages)
    if (s.name == "ups") return s.modules;
  return 0;
}

}  // namespace

const std::vector<FaultWord>& FaultWords() {
  static const std::vector<FaultWord> words = {
      {FaultKind::kPumpTrip, "pump-trip", "cdu", "its pumps stop, coolant stands"},
      {FaultKind::kCduLoss, "cdu-loss", "cdu", "shut off from racks and facility water"},
      {FaultKind::kCduLeak, "cdu-leak", "cdu", "it loses coolant until its pumps trip on low level"},
      {FaultKind::kValveStuck, "valve-stuck", "cdu", "its facility water valve stays where it is"},
      {FaultKind::kSensorBias, "sensor-bias", "cdu", "its supply temperature reads wrong"},
      {FaultKind::kTowerFanOut, "tower-fan-out", "tower", "its fan stands, water runs on"},
      {FaultKind::kTowerLoss, "tower-loss", "tower", "no water runs over it"},
      {FaultKind::kChillerLoss, "chiller-loss", "chiller", "it takes no heat"},
      {FaultKind::kUpsLoss, "ups-loss", "ups", "one module is off"},
      {FaultKind::kFeedLoss, "feed-loss", "feed", "one path from the utility is dead"},
      {FaultKind::kTransformerLoss, "transformer-loss", "transformer", "its copy on one path is dead"},
      {FaultKind::kPduLoss, "pdu-loss", "pdu", "its copy on one path is dead"},
      {FaultKind::kRackLoss, "rack-loss", "rack", "it is without power"},
      {FaultKind::kUtilityLoss, "utility-loss", "utility", "the supply is dead, on all paths"},
      {FaultKind::kGeneratorLoss, "generator-loss", "generator", "it does not run"},
      {FaultKind::kPsuLoss, "psu-loss", "rack", "one of its power supplies is dead"},
      {FaultKind::kLeafLoss, "leaf-loss", "leaf", "it passes no traffic"},
      {FaultKind::kSpineLoss, "spine-loss", "spine", "it passes no traffic"},
      {FaultKind::kCoreLoss, "core-loss", "core", "it passes no traffic"},
  };
  return words;
}

const FaultWord& WordOf(FaultKind kind) {
  for (const FaultWord& w : FaultWords())
    if (w.kind == kind) return w;
  HR_CHECK(false, static_cast<int>(kind));
  return FaultWords().front();
}

std::string Where(const Fault& fault) {
  return fmt::format("{}-{}", WordOf(fault.kind).unit, fault.unit + 1);
}

double LossDelay(const PlantParams& p, const Fault& fault) {
  if (fault.kind != FaultKind::kCduLeak || p.cdus.empty()) return 0.0;
  const auto loop = static_cast<std::size_t>(fault.unit) % p.cdus.size();
  return kLowLevel * p.cdus[loop].volume / fault.leak;
}

int UnitsOf(const PlantParams& p, FaultKind kind) {
  switch (kind) {
    case FaultKind::kPumpTrip:
    case FaultKind::kCduLoss:
    case FaultKind::kCduLeak:
    case FaultKind::kValveStuck:
    case FaultKind::kSensorBias:
      return p.cdu_units > 0 ? p.cdu_units : static_cast<int>(p.cdus.size());
    case FaultKind::kTowerFanOut:
    case FaultKind::kTowerLoss:
      return p.cdus.empty() ? 0 : p.towers;
    case FaultKind::kChillerLoss:
      return p.air.chillers;
    case FaultKind::kUpsLoss:
      return UpsUnits(p);
    case FaultKind::kFeedLoss:
      return p.feeds;
    case FaultKind::kTransformerLoss:
      return Boxes(p, "transformer");
    case FaultKind::kPduLoss:
      return Boxes(p, "pdu");
    case FaultKind::kRackLoss:
    case FaultKind::kPsuLoss:
      return static_cast<int>(p.group_of_rack.size());
    case FaultKind::kUtilityLoss:
      return 1;
    case FaultKind::kGeneratorLoss:
      return p.generators ? p.generators->units : 0;
    case FaultKind::kLeafLoss:
      return p.leaves;
    case FaultKind::kSpineLoss:
      return p.spines;
    case FaultKind::kCoreLoss:
      return p.cores;
  }
  return 0;
}

SiteHealth HealthOf(const PlantParams& p, const std::vector<const Fault*>& active) {
  const std::size_t loops = p.cdus.size();
  SiteHealth h;
  h.valve_stuck.assign(loops, 0);
  h.bias.assign(loops, 0.0);
  std::set<int> lost = Taken(active, FaultKind::kPumpTrip);
  lost.merge(Taken(active, FaultKind::kCduLoss));
  lost.merge(Taken(active, FaultKind::kCduLeak));
  for (const auto& c : p.cdus) h.cdu_units.push_back(c.units);
  for (std::size_t k = 0; k < loops; ++k) {
    if (p.cdus_shared) {
      h.cdu_units[k] = (p.cdu_units - static_cast<double>(lost.size())) / static_cast<double>(loops);
    } else {
      for (const int unit : lost)
        if (unit % static_cast<int>(loops) == static_cast<int>(k)) h.cdu_units[k] -= 1.0;
    }
    h.cdu_units[k] = std::max(0.0, h.cdu_units[k]);
  }
  for (const Fault* f : active) {
    if (f->kind != FaultKind::kValveStuck && f->kind != FaultKind::kSensorBias) continue;
    const auto k = static_cast<std::size_t>(f->unit) % loops;
    if (f->kind == FaultKind::kValveStuck) h.valve_stuck[k] = 1;
    if (f->kind == FaultKind::kSensorBias) h.bias[k] = f->bias;
  }
  const std::set<int> towers = Taken(active, FaultKind::kTowerLoss);
  h.towers = p.towers - static_cast<double>(towers.size());
  for (const int unit : Taken(active, FaultKind::kTowerFanOut)) h.still += towers.count(unit) == 0;
  h.chillers = p.air.chillers - static_cast<double>(Taken(active, FaultKind::kChillerLoss).size());
  h.paths.assign(static_cast<std::size_t>(p.feeds), 1);
  const std::set<int> feeds = Taken(active, FaultKind::kFeedLoss);
  for (const int path : feeds) h.paths[static_cast<std::size_t>(path)] = 0;
  h.feeds = 1.0 - static_cast<double>(feeds.size()) / p.feeds;
  h.utility = h.feeds > 0.0 && Taken(active, FaultKind::kUtilityLoss).empty();
  if (h.feeds <= 0.0) {
    h.feeds = 1.0;
    h.paths.assign(h.paths.size(), 1);
  }
  h.generators = static_cast<int>(Taken(active, FaultKind::kGeneratorLoss).size());
  const double modules = UpsUnits(p);
  if (modules > 0.0)
    h.ups = h.feeds * (1.0 - static_cast<double>(Taken(active, FaultKind::kUpsLoss).size()) / modules);
  h.boxes.assign(p.nodes.size(), 0);
  LoseBoxes(p, "transformer", Taken(active, FaultKind::kTransformerLoss), &h);
  LoseBoxes(p, "pdu", Taken(active, FaultKind::kPduLoss), &h);
  h.lost.assign(p.groups.size(), 0);
  for (const int rack : Taken(active, FaultKind::kRackLoss)) h.lost[p.group_of_rack[rack]] = 1;
  for (const auto& [kind, list] : {std::pair{FaultKind::kLeafLoss, &h.leaves}, {FaultKind::kSpineLoss, &h.spines}, {FaultKind::kCoreLoss, &h.cores}}) {
    const std::set<int> units = Taken(active, kind);
    list->assign(units.begin(), units.end());
  }
  h.supplies.assign(p.groups.size(), 1.0);
  for (const Fault* f : active)
    if (f->kind == FaultKind::kPsuLoss) {
      double& left = h.supplies[p.group_of_rack[f->unit]];
      left = std::max(0.0, left - 1.0 / p.supplies);
    }
  return h;
}

}  // namespace headroom::plant
