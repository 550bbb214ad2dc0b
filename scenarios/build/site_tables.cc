#include "scenarios/build/site_tables.h"

#include <string>

namespace headroom::scenario {
namespace {

using Whole = std::vector<std::int64_t>;
using Real = std::vector<double>;
using Words = std::vector<std::string>;

constexpr double kCelsius = 273.15;

Table Systems(const std::vector<SystemStock>& systems, const BuiltFacility& facility) {
  Words name, type;
  Whole racks, nodes, accelerators, units;
  for (const SystemStock& s : systems) {
    name.push_back(s.name);
    type.push_back(s.type);
    racks.push_back(s.racks);
    nodes.push_back(s.nodes);
    accelerators.push_back(s.accelerators_per_node);
    units.push_back(s.usable_per_rack);
  }
  const Real width(systems.size(), facility.room.rack_width), depth(systems.size(), facility.room.rack_depth);
  return {"/site/systems",
          "system",
          {{"name", "", "name in the scenario", name, {}},
           {"type", "", "node or rack of the catalog", type, {}},
           {"racks", "1", "racks", racks, {}},
           {"nodes", "1", "nodes in all racks", nodes, {}},
           {"accelerators_per_node", "1", "accelerators of a node", accelerators, {}},
           {"units_per_rack", "1", "accelerators (processors without) of a rack that work may hold", units, {}},
           {"rack_width", "m", "of a rack, along its front", width, {}},
           {"rack_depth", "m", "of a rack, from front to back", depth, {}}}};
}

Table Racks(const BuiltFacility& facility, const LoadGroups& groups) {
  const topology::Facility& site = *facility.site;
  Whole system, group, pdu, cdu, row, nodes, accelerators;
  Real x, y, nameplate, mass;
  std::vector<std::uint8_t> faces;
  for (std::size_t r = 0; r < site.racks().size(); ++r) {
    const topology::Rack& rack = site.racks()[r];
    const topology::RackPlace& place = site.floor().places[r];
    const topology::CduId loop = site.cooling().cdu_of_rack[r];
    const std::size_t within = r - site.systems()[rack.system.index()].first_rack.index();
    system.push_back(rack.system.index());
    group.push_back(static_cast<std::int64_t>(groups.group_of_rack[rack.system.index()][within]));
    pdu.push_back(site.power().pdu_of_rack[r].index());
    cdu.push_back(loop.valid() ? static_cast<std::int64_t>(loop.index()) : -1);
    row.push_back(place.row);
    x.push_back(place.x);
    y.push_back(place.y);
    faces.push_back(static_cast<std::uint8_t>(place.faces));
    nodes.push_back(rack.nodes);
    accelerators.push_back(rack.accelerators);
    nameplate.push_back(rack.nameplate);
    mass.push_back(rack.mass);
  }
  return {"/site/racks",
          "rack_index",
          {{"system", "1", "row of /site/systems", system, {}},
           {"group", "1", "index into rack_group", group, {}},
           {"pdu", "1", "row of /site/power_units", pdu, {}},
           {"cdu", "1", "row of /site/cdus; -1: cooled by air", cdu, {}},
           {"row", "1", "row of racks, from 0", row, {}},
           {"x", "m", "centre, from the room's corner along the rows", x, {}},
           {"y", "m", "centre, across the rows", y, {}},
           {"faces", "1", "where its front looks", faces, {"down", "up", "left", "right"}},
           {"nodes", "1", "nodes in it", nodes, {}},
           {"accelerators", "1", "accelerators in it", accelerators, {}},
           {"nameplate", "W", "largest draw", nameplate, {}},
           {"mass", "kg", "filled", mass, {}}}};
}

Table Groups(const plant::PlantParams& plant) {
  Words name, workload;
  Whole racks, cdu;
  Real nameplate, throttle, shutdown;
  for (const plant::LoadGroupParams& g : plant.groups) {
    name.push_back(g.name);
    workload.push_back(g.workload);
    racks.push_back(g.racks);
    cdu.push_back(g.cdu);
    nameplate.push_back(g.nameplate);
    throttle.push_back(g.throttle - kCelsius);
    shutdown.push_back(g.shutdown - kCelsius);
  }
  return {"/site/groups",
          "group",
          {{"name", "", "as in rack_group", name, {}},
           {"workload", "", "the only one on these racks; empty: none, or several", workload, {}},
           {"racks", "1", "racks of the group", racks, {}},
           {"cdu", "1", "row of /site/cdus; -1: cooled by air", cdu, {}},
           {"nameplate", "W", "largest draw of one rack", nameplate, {}},
           {"throttle", "degC", "die temperature at which the clock falls", throttle, {}},
           {"shutdown", "degC", "die temperature at which boards switch themselves off", shutdown, {}}}};
}

Table PowerUnits(const topology::PowerTree& tree) {
  Words name;
  std::vector<std::uint8_t> kind;
  Whole parent;
  Real rating, nameplate;
  for (const topology::PowerUnit& u : tree.units) {
    name.push_back(u.name);
    kind.push_back(static_cast<std::uint8_t>(u.kind));
    parent.push_back(u.parent.valid() ? static_cast<std::int64_t>(u.parent.index()) : -1);
    rating.push_back(u.rating);
    nameplate.push_back(u.nameplate);
  }
  return {"/site/power_units",
          "unit",
          {{"name", "", "of the unit", name, {}},
           {"kind", "1", "what it is", kind, {"utility", "transformer", "ups", "pdu"}},
           {"parent", "1", "row of the unit that feeds it; -1: none", parent, {}},
           {"rating", "W", "of the unit", rating, {}},
           {"nameplate", "W", "largest draw of the racks below", nameplate, {}}}};
}

Table Cdus(const topology::CoolantTree& tree) {
  Words name;
  Whole system, racks;
  Real rating, nameplate;
  for (const topology::Cdu& c : tree.cdus) {
    name.push_back(c.name);
    system.push_back(c.system.index());
    racks.push_back(static_cast<std::int64_t>(c.racks.size()));
    rating.push_back(c.rating);
    nameplate.push_back(c.nameplate);
  }
  return {"/site/cdus",
          "unit",
          {{"name", "", "as in cdu", name, {}},
           {"system", "1", "row of /site/systems", system, {}},
           {"racks", "1", "racks that it serves", racks, {}},
           {"rating", "W", "heat that it carries", rating, {}},
           {"nameplate", "W", "liquid heat of its racks at nameplate", nameplate, {}}}};
}

Table Fabric(const topology::Facility& site) {
  Whole system, switches, below, up;
  Real bandwidth, oversubscription;
  std::vector<std::uint8_t> tier;
  const auto add = [&](std::size_t s, int t, std::uint32_t n, std::uint32_t down, std::uint32_t cables, double rate, double over) {
    if (n == 0) return;
    system.push_back(static_cast<std::int64_t>(s));
    tier.push_back(static_cast<std::uint8_t>(t));
    switches.push_back(n);
    below.push_back(down);
    up.push_back(cables);
    bandwidth.push_back(rate);
    oversubscription.push_back(over);
  };
  for (std::size_t s = 0; s < site.systems().size(); ++s) {
    const topology::System& system_ = site.systems()[s];
    const topology::FabricSummary& f = system_.fabric;
    if (system_.accelerators > 0)
      add(s, 0, system_.accelerators / std::max(1u, f.accelerators_per_domain), f.accelerators_per_domain, 0,
          f.scale_up_bandwidth, 1.0);
    add(s, 1, f.leaves, f.host_cables, f.leaf_spine_cables, f.nic_rate, f.oversubscription);
    add(s, 2, f.spines, f.leaf_spine_cables, f.spine_core_cables, f.bisection, 1.0);
    add(s, 3, f.cores, f.spine_core_cables, 0, f.bisection, 1.0);
  }
  return {"/site/fabric",
          "part",
          {{"system", "1", "row of /site/systems", system, {}},
           {"tier", "1", "of the network", tier, {"domain", "leaf", "spine", "core"}},
           {"count", "1", "scale-up domains, or switches", switches, {}},
           {"cables_down", "1", "cables to the tier below; of a domain its accelerators", below, {}},
           {"cables_up", "1", "cables to the tier above", up, {}},
           {"bandwidth", "byte s-1", "per direction: of an accelerator in its domain, of a NIC at a leaf, else the bisection",
            bandwidth, {}},
           {"oversubscription", "1", "bandwidth below over bandwidth above", oversubscription, {}}}};
}

Table Cables(const FabricLoad& fabric) {
  Whole system, cables;
  std::vector<std::uint8_t> tier, kind;
  Real metres, longest, price, mass;
  for (const SystemCables& s : fabric.cables)
    for (const topology::CableRun& run : s.runs) {
      system.push_back(s.system);
      tier.push_back(static_cast<std::uint8_t>(run.tier));
      kind.push_back(static_cast<std::uint8_t>(run.kind));
      cables.push_back(run.cables);
      metres.push_back(run.metres);
      longest.push_back(run.longest);
      price.push_back(run.price);
      mass.push_back(run.mass);
    }
  return {"/site/cables",
          "part",
          {{"system", "1", "row of /site/systems", system, {}},
           {"tier", "1", "what they join", tier, {"hosts", "leaves", "top"}},
           {"kind", "1", "of the catalog", kind, fabric.kinds},
           {"count", "1", "cables", cables, {}},
           {"length", "m", "all together", metres, {}},
           {"longest", "m", "the longest of them", longest, {}},
           {"price", "USD", "with both ends", price, {}},
           {"mass", "kg", "with both ends", mass, {}}}};
}

}  // namespace

void WriteSiteTables(const BuiltFacility& facility, const std::vector<SystemStock>& systems, const LoadGroups& groups,
                     const plant::PlantParams& plant, Recorder& recorder) {
  recorder.WriteTable(Systems(systems, facility));
  recorder.WriteTable(Racks(facility, groups));
  recorder.WriteTable(Groups(plant));
  recorder.WriteTable(PowerUnits(facility.site->power()));
  if (!facility.site->cooling().cdus.empty()) recorder.WriteTable(Cdus(facility.site->cooling()));
  const Table fabric = Fabric(*facility.site);
  if (!std::get<Whole>(fabric.columns.front().values).empty()) recorder.WriteTable(fabric);
  if (!facility.fabric.cables.empty()) recorder.WriteTable(Cables(facility.fabric));
}

void WritePlacement(const std::vector<std::vector<Slice>>& slices, const std::vector<SystemStock>& systems,
                    const schema::Scenario& scenario, Recorder& recorder) {
  Words workload;
  Whole system, first, count, first_rack, last_rack;
  for (std::size_t w = 0; w < slices.size(); ++w)
    for (const Slice& slice : slices[w]) {
      std::int64_t racks = 0;
      for (std::uint32_t s = 0; s < slice.system; ++s) racks += systems[s].racks;
      const std::uint32_t per_rack = systems[slice.system].usable_per_rack;
      workload.push_back(scenario.workloads(static_cast<int>(w)).name());
      system.push_back(slice.system);
      first.push_back(slice.first);
      count.push_back(slice.count);
      first_rack.push_back(racks + slice.first / per_rack);
      last_rack.push_back(racks + (slice.first + slice.count - 1) / per_rack);
    }
  if (workload.empty()) return;
  recorder.WriteTable({"/site/placement",
                       "slice",
                       {{"workload", "", "that holds the units", workload, {}},
                        {"system", "1", "row of /site/systems", system, {}},
                        {"first", "1", "first unit, of those that work may hold, from 0 within the system", first, {}},
                        {"count", "1", "units", count, {}},
                        {"first_rack", "1", "row of /site/racks", first_rack, {}},
                        {"last_rack", "1", "row of /site/racks", last_rack, {}}}});
}

}  // namespace headroom::scenario
