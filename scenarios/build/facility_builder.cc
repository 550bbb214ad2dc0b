#include "scenarios/build/facility_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

#include "scenarios/build/cooling_builder.h"

namespace headroom::scenario {
namespace {

constexpr double kBlockRating = 2.5e6;  ///< W, largest transformer of a block

/// The sheet that the scenario names, else the slowest switch that carries the NICs' rate.
const catalog::Switch& SwitchFor(const BuildContext& context, const std::vector<SystemStock>& systems) {
  const schema::Fabric& fabric = context.scenario.site().fabric();
  if (!fabric.switch_().empty()) return context.library.switch_(fabric.switch_());
  double fastest = 0.0;
  for (const SystemStock& s : systems)
    if (s.accelerator) fastest = std::max(fastest, s.accelerator->nic());
  const catalog::Switch* best = nullptr;
  for (const std::string& name : context.library.names("switch")) {
    const catalog::Switch& s = context.library.switch_(name);
    const bool enough = s.rate() >= fastest * (1.0 - 1e-9);
    const bool best_enough = best && best->rate() >= fastest * (1.0 - 1e-9);
    if (!best || (enough && (!best_enough || s.rate() < best->rate())) ||
        (!enough && !best_enough && s.rate() > best->rate()))
      best = &s;
  }
  return *best;
}

topology::SystemSpec SpecOf(const SystemStock& s, double switch_rate) {
  topology::SystemSpec spec;
  spec.name = s.name;
  spec.nodes = s.nodes;
  spec.nodes_per_rack = s.nodes_per_rack;
  spec.accelerators_per_node = s.accelerators_per_node;
  spec.rack_nameplate = RackNameplate(s);
  spec.rack_mass = s.rack ? s.rack->mass() : s.nodes_per_rack * s.node->mass();
  spec.liquid_share = s.liquid_share();
  spec.nic_rate = s.node->has_nic() ? s.node->nic() : switch_rate;
  if (s.accelerator) {
    spec.accelerators_used = s.usable_per_rack;
    spec.domain = std::max<std::uint32_t>(1, s.accelerator->scale_up().domain());
    spec.domain = std::min(spec.domain, s.rack ? s.nodes_per_rack * s.accelerators_per_node : s.accelerators_per_node);
    spec.scale_up_bandwidth = s.accelerator->scale_up().bandwidth();
    if (s.accelerator->nic() > 0.0) spec.nic_rate = s.accelerator->nic();
  }
  return spec;
}

/// PDUs divide racks where breakers or faults act on the power tree; a rack that loses something, or whose cords differ, is one
/// of its own.
void SetParts(const schema::Site& site, BuiltFacility* out) {
  bool by_pdu = site.power().has_breakers();
  std::set<std::string> lost;
  for (const schema::Fault& f : site.faults()) {
    by_pdu = by_pdu || f.what() == "pdu-loss" || f.what() == "transformer-loss";
    if (f.what() == "rack-loss" || f.what() == "psu-loss") lost.insert(f.where());
  }
  for (const schema::Cords& c : site.power().feeds().cords()) lost.insert(c.rack());
  if (!by_pdu && lost.empty()) return;
  const int pdus = static_cast<int>(out->site->power().units.size());
  int rack = 0;
  for (const topology::System& system : out->site->systems()) {
    auto& parts = out->part_of_rack.emplace_back();
    for (std::uint32_t r = 0; r < system.racks; ++r, ++rack) {
      const int pdu = static_cast<int>(out->site->power().pdu_of_rack[system.first_rack.index() + r].index());
      parts.push_back(lost.count(fmt::format("rack-{}", rack + 1)) > 0 ? pdus + rack : by_pdu ? pdu : 0);
    }
  }
}

}  // namespace

double RackNameplate(const SystemStock& s) {
  return s.rack ? s.rack->nameplate() : s.nodes_per_rack * s.node->nameplate();
}

BuiltFacility BuildFacility(const BuildContext& context, const std::vector<SystemStock>& systems) {
  const schema::Site& site = context.scenario.site();
  const catalog::Switch& sheet = SwitchFor(context, systems);
  const catalog::Cdu& cdu = context.library.cdu(site.cooling().cdu().type());
  topology::SiteSpec spec;
  double nameplate = 0.0;
  for (const SystemStock& s : systems) {
    spec.systems.push_back(SpecOf(s, sheet.rate()));
    spec.systems.back().rack_coolant = RackFlow(s, cdu, site.cooling().rack_supply());
    nameplate += s.nameplate();
  }
  spec.fabric.type = site.fabric().type();
  spec.fabric.oversubscription = site.fabric().oversubscription();
  spec.fabric.switch_ports = sheet.ports();
  spec.fabric.switch_rate = sheet.rate();
  spec.fabric.switch_latency = sheet.latency();
  spec.power.utility_limit = site.power().utility().limit();
  const schema::Distribution& distribution = site.power().distribution();
  spec.power.fill = distribution.fill();
  spec.power.pdu_rating = distribution.busway();
  spec.power.block_rating =
      distribution.has_block() ? distribution.block() : std::min(kBlockRating, nameplate / distribution.fill());
  spec.power.ups = site.power().ups().topology() != "none";
  if (site.limits().has_busway()) spec.power.pdu_rating = site.limits().busway().rating();
  spec.cooling.cdu_capacity = cdu.capacity();
  spec.cooling.cdu_flow = cdu.rack_flow();
  spec.cooling.racks_per_cdu = site.cooling().cdu().per_racks();

  BuiltFacility out;
  out.room = spec.room;
  try {
    out.site = std::make_unique<const topology::Facility>(spec);
  } catch (const ConfigError& e) {
    for (const Finding& f : e.findings()) context.Error(f.path.empty() ? "site" : f.path, f.message);
    return out;
  }
  for (const topology::System& system : out.site->systems()) {
    auto& of_rack = out.cdu_of_rack.emplace_back();
    for (std::uint32_t r = 0; r < system.racks; ++r) {
      const topology::CduId id = out.site->cooling().cdu_of_rack[system.first_rack.index() + r];
      of_rack.push_back(id.valid() ? static_cast<int>(id.index()) : -1);
    }
    if (system.accelerators == 0) continue;
    out.fabric.switches += system.fabric.switches();
    out.fabric.power +=
        system.fabric.switches() * sheet.power() + system.fabric.switch_optics() * sheet.optic_power();
  }
  SetParts(site, &out);
  return out;
}

network::FabricParams FabricFor(const BuildContext& context, const topology::System& system, const SystemStock& stock) {
  network::FabricParams p;
  if (!stock.accelerator) return p;
  const topology::FabricSummary& fabric = system.fabric;
  const catalog::ScaleUp& up = stock.accelerator->scale_up();
  p.scale_up.shape = network::ScaleUpShapeFromName(up.shape());
  p.scale_up.domain = stock.rack ? std::min<std::uint32_t>(system.spec.domain, stock.usable_per_rack) : system.spec.domain;
  p.scale_up.bandwidth = up.bandwidth();
  p.scale_up.latency = up.latency();
  p.scale_up.efficiency = up.efficiency();
  p.scale_up.in_network_reduction = up.in_network_reduction();
  if (up.has_in_network_efficiency()) p.scale_up.in_network_efficiency = up.in_network_efficiency();

  p.scale_out.nic = fabric.nic_rate;
  p.scale_out.leaf_accelerators = std::max<std::uint32_t>(1, fabric.nodes_per_leaf * system.spec.accelerators_per_node);
  p.scale_out.pod_accelerators = fabric.tiers < 3 ? 0 : fabric.nodes_per_pod * system.spec.accelerators_per_node;
  p.scale_out.oversubscription = std::max(1.0, context.scenario.site().fabric().oversubscription());
  p.scale_out.hops_leaf = fabric.leaf.switches;
  p.scale_out.hops_spine = fabric.spine.switches;
  p.scale_out.hops_core = fabric.core.switches;
  if (fabric.leaf.switches > 0) p.scale_out.hop_latency = fabric.leaf.latency / fabric.leaf.switches;
  return p;
}

}  // namespace headroom::scenario
