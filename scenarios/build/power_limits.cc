#include "scenarios/build/power_limits.h"

#include <fmt/format.h>

#include <map>

namespace headroom::scenario {
namespace {

plant::AtLimit AtLimitOf(const std::string& word) {
  if (word == "cap") return plant::AtLimit::kCap;
  if (word == "shed") return plant::AtLimit::kShed;
  return word == "trip" ? plant::AtLimit::kTrip : plant::AtLimit::kReport;
}

const char* StageOf(topology::PowerUnitKind kind) {
  constexpr const char* kNames[] = {"utility", "transformer", "ups", "pdu"};
  return kNames[static_cast<std::size_t>(kind)];
}

void SetBoxes(const topology::Facility& site, const LoadGroups& groups, plant::PlantParams* p) {
  std::vector<int>& group_of_rack = p->group_of_rack;
  for (const auto& system : groups.group_of_rack)
    for (const std::uint32_t g : system) group_of_rack.push_back(static_cast<int>(g));
  for (const topology::PowerUnit& unit : site.power().units) {
    plant::PowerNodeParams box;
    box.name = unit.name;
    box.stage = StageOf(unit.kind);
    if (unit.parent.valid()) box.parent = static_cast<int>(unit.parent.index());
    box.rating = unit.parent.valid() ? unit.rating : p->utility_limit;
    box.nameplate = unit.nameplate;
    std::map<int, double> racks;
    for (const topology::RackId rack : unit.racks) racks[group_of_rack[rack.index()]] += 1.0;
    box.racks.assign(racks.begin(), racks.end());
    p->nodes.push_back(std::move(box));
  }
}

void SetUtility(const BuildContext& context, const schema::Utility& utility, plant::PlantParams* p) {
  p->utility_limit = utility.limit();
  p->at_limit = AtLimitOf(utility.at_limit());
  const bool acts = p->at_limit != plant::AtLimit::kReport;
  if (acts && !utility.has_limit() && (utility.events().empty() || p->at_limit == plant::AtLimit::kTrip))
    context.Error("site.power.utility.at_limit", utility.at_limit() + " needs site.power.utility.limit");
  for (int i = 0; i < utility.events_size(); ++i) {
    const schema::DemandEvent& e = utility.events(i);
    const std::string path = fmt::format("site.power.utility.events[{}]", i);
    const schema::PowerChain& power = context.scenario.site().power();
    const bool shaves = power.has_bess() && power.bess().control() == "peak-shave";
    if (p->at_limit != plant::AtLimit::kCap && p->at_limit != plant::AtLimit::kShed && !shaves)
      context.Error(path, "asks for an answer; site.power.utility.at_limit must be cap or shed, or a battery shave peaks");
    if (utility.has_limit() && e.limit() > utility.limit())
      context.Error(path + ".limit", "is above site.power.utility.limit");
    p->demand_events.push_back({e.at(), e.lasts(), e.limit()});
  }
}

}  // namespace

void SetLimits(const BuildContext& context, const topology::Facility& site, const LoadGroups& groups,
               plant::PlantParams* p) {
  const schema::PowerChain& power = context.scenario.site().power();
  SetUtility(context, power.utility(), p);
  SetBoxes(site, groups, p);
  p->node_limits.pdu_limit = power.has_breakers() || power.distribution().has_busway();
  if (power.has_breakers()) {
    const schema::Breakers& b = power.breakers();
    p->node_limits.at_limit = AtLimitOf(b.at_limit());
    p->node_limits.trips = true;
    p->node_limits.breaker = {b.pickup(), b.time_constant()};
    if (b.has_reset()) p->node_limits.reset = b.reset();
  }
  p->clock.cap_time = power.capping().time();
  p->clock.cap_delay = power.capping().delay();
  p->clock.cap_margin = power.capping().margin();
  p->clock.min_clock = power.capping().min_clock();
  p->node_limits.shed_delay = power.shedding().delay();
  p->node_limits.shed_hold = power.shedding().hold();
}

}  // namespace headroom::scenario
