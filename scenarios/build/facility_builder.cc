#include "scenarios/build/facility_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <string>

#include "scenarios/build/cooling_builder.h"

namespace headroom::scenario {
namespace {

constexpr double kBlockRating = 2.5e6;  ///< W, largest transformer of a block
constexpr double kPricedRate = 50e9;    ///< B/s at which the catalog prices a cable's ends

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

/// Lays the cables of every fabric; the ends of powered ones draw the switch's optic power.
void LayFabric(const BuildContext& context, const catalog::Switch& sheet, BuiltFacility* out) {
  const schema::Cabling& wanted = context.scenario.site().fabric().cabling();
  FabricLoad& fabric = out->fabric;
  fabric.kinds.assign(wanted.kinds().begin(), wanted.kinds().end());
  if (fabric.kinds.empty()) fabric.kinds = {"dac", "aoc", "optics"};
  topology::CablingSpec spec;
  spec.in_rack = wanted.in_rack();
  spec.rise = wanted.rise();
  for (const std::string& name : fabric.kinds) {
    const catalog::Cable& c = context.library.cable(name);
    spec.kinds.push_back({c.reach(), c.powered(), c.price(), c.price_per_metre(), c.mass(), c.mass_per_metre(),
                          c.delay(), c.delay_per_metre()});
  }
  const auto& systems = out->site->systems();
  out->delays.resize(systems.size());
  for (std::uint32_t i = 0; i < systems.size(); ++i) {
    if (systems[i].accelerators == 0) continue;
    spec.host_ends = std::min(sheet.rate(), systems[i].fabric.nic_rate) / kPricedRate;
    spec.trunk_ends = sheet.rate() / kPricedRate;
    fabric.cables.push_back({i, topology::LayCables(*out->site, topology::SystemId(i), spec)});
    out->delays[i] = topology::DelaysOf(systems[i].fabric, sheet.latency(), fabric.cables.back().runs);
    for (const topology::CableRun& run : fabric.cables.back().runs) {
      if (run.short_of)
        context.Error("site.fabric.cabling.kinds", fmt::format("'{}' is the last and reaches {} m; {} needs {:.0f} m", fabric.kinds[run.kind],
                                                               spec.kinds[run.kind].reach, systems[i].spec.name, run.longest));
      if (spec.kinds[run.kind].powered) fabric.optics += run.switch_ends * sheet.optic_power();
    }
  }
  fabric.power += fabric.optics;
}

}  // namespace

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

network::LoadBalancing BalancingOf(const BuildContext& context, const catalog::Switch& sheet) {
  const schema::Fabric& fabric = context.scenario.site().fabric();
  const bool ordered = sheet.kind() == "ethernet" && fabric.nic() == "plain";
  const std::string& word = fabric.load_balancing();
  if (word == "ecmp" || (word == "auto" && ordered)) return network::LoadBalancing::kEcmp;
  if (word == "auto") return network::LoadBalancing::kAdaptive;
  if (ordered)
    context.Error("site.fabric.load_balancing",
                  fmt::format("is {}, which reorders packets; plain NICs on Ethernet ({}) take them in order only: "
                              "nic: supernic or dpu, or load_balancing: ecmp", word, sheet.name()));
  if (word == "spray" && sheet.kind() == "infiniband")
    context.Error("site.fabric.load_balancing",
                  fmt::format("is spray; InfiniBand ({}) routes adaptively, or by fixed tables (ecmp)", sheet.name()));
  return word == "spray" ? network::LoadBalancing::kSpray : network::LoadBalancing::kAdaptive;
}

void SetFabricMetrics(const FabricLoad& fabric, MetricSet& metrics) {
  if (fabric.switches == 0) return;
  metrics.Set("site.fabric.switches", fabric.switches, "1");
  metrics.Set("site.fabric.power", fabric.power, "W");
  metrics.Set("site.fabric.optics_power", fabric.optics, "W");
  double metres = 0.0, price = 0.0, mass = 0.0;
  std::vector<double> of_kind(fabric.kinds.size(), 0.0);
  for (const SystemCables& system : fabric.cables)
    for (const topology::CableRun& run : system.runs) {
      of_kind[run.kind] += run.cables;
      metres += run.metres;
      price += run.price;
      mass += run.mass;
    }
  for (std::size_t k = 0; k < of_kind.size(); ++k)
    metrics.Set("site.fabric.cables." + fabric.kinds[k], of_kind[k], "1");
  metrics.Set("site.fabric.cable_length", metres, "m");
  metrics.Set("site.fabric.cable_price", price, "USD");
  metrics.Set("site.fabric.cable_mass", mass, "kg");
}

double RackNameplate(const SystemStock& s) {
  return s.rack ? s.rack->nameplate() : s.nodes_per_rack * s.node->nameplate();
}

topology::RoomSpec RoomOf(const BuildContext& context) {
  topology::RoomSpec room;
  if (!context.scenario.site().has_floor()) return room;
  const schema::Floor& floor = context.scenario.site().floor();
  room.width = floor.width();
  room.length = floor.length();
  room.racks_per_row = floor.racks_per_row();
  room.cold_aisle = floor.cold_aisle();
  room.hot_aisle = floor.hot_aisle();
  for (const schema::PlacedRack& r : floor.racks()) {
    topology::PlacedRack placed;
    const char* const last = r.name().data() + r.name().size();
    std::uint32_t number = 0;
    const bool named = r.name().starts_with("rack-");
    const auto [end, error] = std::from_chars(r.name().data() + (named ? 5 : 0), last, number);
    if (!named || error != std::errc() || end != last || number == 0) {
      context.Error(fmt::format("site.floor.racks[{}].name", r.name()),
                    fmt::format("'{}' is no rack; racks are rack-1, rack-2 and so on", r.name()));
      continue;
    }
    placed.rack = number - 1;
    placed.x = r.x();
    placed.y = r.y();
    for (const auto& [word, facing] : {std::pair{"down", topology::Facing::kDown}, {"up", topology::Facing::kUp},
                                       {"left", topology::Facing::kLeft}, {"right", topology::Facing::kRight}})
      if (r.faces() == word) placed.faces = facing;
    room.placed.push_back(placed);
  }
  return room;
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
  spec.fabric.group = site.fabric().group();
  spec.fabric.dimensions = site.fabric().dimensions();
  spec.fabric.minimal_routes = BalancingOf(context, sheet) == network::LoadBalancing::kEcmp;
  if (site.fabric().in_network_reduction() && sheet.kind() != "infiniband")
    context.Error("site.fabric.in_network_reduction",
                  fmt::format("is true; {} is an {} switch, and InfiniBand switches alone add up in the network", sheet.name(), sheet.kind()));
  spec.power.utility_limit = site.power().utility().limit();
  const schema::Distribution& distribution = site.power().distribution();
  spec.power.fill = distribution.fill();
  spec.power.pdu_rating = distribution.busway();
  spec.power.block_rating =
      distribution.has_block() ? distribution.block() : std::min(kBlockRating, nameplate / distribution.fill());
  spec.power.ups = site.power().ups().topology() != "none";
  if (site.limits().has_busway()) spec.power.pdu_rating = site.limits().busway().rating();
  spec.room = RoomOf(context);
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
    const topology::FabricSummary& f = system.fabric;
    const double all = double(f.switches()) * sheet.ports();
    const double linked = all > 0.0 ? std::min(1.0, (f.host_cables + 2.0 * (f.leaf_spine_cables + f.spine_core_cables)) / all) : 0.0;
    const double idle = 1.0 - sheet.port_share() * (1.0 - linked) - 0.5 * sheet.traffic_share();
    out.fabric.power += f.switches() * sheet.power() * idle;
    out.fabric.power_full += f.switches() * sheet.power() * (idle + sheet.traffic_share() * linked);
    // One that passes ports x rate draws traffic_share more.
    out.fabric.energy = sheet.traffic_share() * sheet.power() / (sheet.ports() * sheet.rate());
  }
  out.fabric.power_full -= out.fabric.power;
  LayFabric(context, sheet, &out);
  out.fabric.power_full += out.fabric.power;
  SetParts(site, &out);
  return out;
}

network::FabricParams FabricFor(const BuildContext& context, const BuiltFacility& facility, std::uint32_t index,
                                const SystemStock& stock) {
  const topology::System& system = facility.site->systems()[index];
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
  p.scale_out.oversubscription = std::max({1.0, context.scenario.site().fabric().oversubscription(), fabric.leaf_shortage});
  p.scale_out.pod_shortage = fabric.pod_shortage;
  if (fabric.leaf_shortage > 1.0 || fabric.pod_shortage > 1.0 || fabric.exchange_shortage > 1.0)
    p.scale_out.exchange_shortage = fabric.exchange_shortage;
  const topology::FabricDelays& delays = facility.delays[index];
  p.scale_out.leaf_delay = delays.leaf;
  p.scale_out.spine_delay = delays.spine;
  p.scale_out.core_delay = delays.core;
  p.scale_out.in_network_reduction = context.scenario.site().fabric().in_network_reduction();
  return p;
}

}  // namespace headroom::scenario
