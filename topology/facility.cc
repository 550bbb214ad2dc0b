#include "topology/facility.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/core/check.h"
#include "sim/core/diagnostics.h"
#include "topology/generate/generator.h"

namespace headroom::topology {
namespace {

std::uint32_t CeilDivide(std::uint32_t a, std::uint32_t b) { return a / b + (a % b != 0); }

void CheckSystem(const SystemSpec& s, Diagnostics* d) {
  const std::string path = "site.systems." + s.name;
  auto positive = [&](const char* what, double value) {
    if (!(value > 0.0 && std::isfinite(value)))
      d->Error({}, path + "." + what, fmt::format("is {}; it must be positive", value));
  };
  positive("nodes", s.nodes);
  positive("nodes_per_rack", s.nodes_per_rack);
  positive("nic_rate", s.nic_rate);
  positive("rack_nameplate", s.rack_nameplate);
  positive("domain", s.domain);
  if (!(s.rack_mass >= 0.0))
    d->Error({}, path + ".rack_mass",
             fmt::format("is {} kg; it must not be negative", s.rack_mass));
  if (!(s.liquid_share >= 0.0 && s.liquid_share <= 1.0))
    d->Error({}, path + ".liquid_share",
             fmt::format("is {} %; it must lie in 0 to 100 %", s.liquid_share * 100));
  const std::uint64_t per_rack = std::uint64_t{s.nodes_per_rack} * s.accelerators_per_node;
  if (s.accelerators_used > per_rack)
    d->Error({}, path + ".accelerators_used",
             fmt::format("is {}; a rack has {} accelerators", s.accelerators_used, per_rack));
  const std::uint64_t all = std::uint64_t{s.nodes} * s.accelerators_per_node;
  if (s.domain > 1 && s.domain > all)
    d->Error({}, path + ".domain",
             fmt::format("is {} accelerators; the system has {}", s.domain, all));
  if (s.domain > 1 && s.accelerators_per_node > 0 && s.domain % s.accelerators_per_node != 0 &&
      s.accelerators_per_node % s.domain != 0)
    d->Error({}, path + ".domain",
             fmt::format("is {} accelerators; it must hold whole nodes of {} or divide them",
                         s.domain, s.accelerators_per_node));
  if (std::uint64_t{s.nodes} * std::max(s.accelerators_per_node, 1u) > 100'000'000)
    d->Error({}, path + ".nodes",
             fmt::format("is {} of {} accelerators; a system has at most 100000000", s.nodes,
                         s.accelerators_per_node));
}

void CheckSite(const SiteSpec& site, Diagnostics* d) {
  auto positive = [&](const char* path, double value) {
    if (!(value > 0.0 && std::isfinite(value)))
      d->Error({}, path, fmt::format("is {}; it must be positive", value));
  };
  if (site.systems.empty()) d->Error({}, "site.systems", "is empty; a site has at least one");
  for (std::size_t i = 0; i < site.systems.size(); ++i) {
    CheckSystem(site.systems[i], d);
    for (std::size_t j = 0; j < i; ++j)
      if (site.systems[i].name == site.systems[j].name)
        d->Error({}, "site.systems",
                 fmt::format("has two of the name {}; names are unique", site.systems[i].name));
  }
  if (!(site.fabric.oversubscription >= 1.0 && std::isfinite(site.fabric.oversubscription)))
    d->Error({}, "site.fabric.oversubscription",
             fmt::format("is {}; it must be at least 1", site.fabric.oversubscription));
  positive("site.fabric.switch.rate", site.fabric.switch_rate);
  positive("site.fabric.switch.ports", site.fabric.switch_ports);
  positive("site.power.block_rating", site.power.block_rating);
  if (!(site.power.fill > 0.0 && site.power.fill <= 3.0))
    d->Error({}, "site.power.fill",
             fmt::format("is {} %; it must lie in 0 to 300 %", site.power.fill * 100));
  positive("site.cooling.cdu.capacity", site.cooling.cdu_capacity);
  positive("site.room.racks_per_row", site.room.racks_per_row);
}

}  // namespace

Facility::Facility(const SiteSpec& spec) {
  Diagnostics diagnostics;
  CheckSite(spec, &diagnostics);
  diagnostics.ThrowIfErrors();
  for (const SystemSpec& s : spec.systems) AddSystem(s);

  std::vector<std::uint32_t> racks_of_system;
  std::vector<double> nameplates;
  std::vector<LiquidLoad> liquid;
  for (const System& s : systems_) racks_of_system.push_back(s.racks);
  for (const Rack& r : racks_) {
    nameplates.push_back(r.nameplate);
    liquid.push_back({r.system, r.liquid_heat, r.coolant});
  }
  floor_ = LayOut(racks_of_system, spec.room);
  CheckFloor(floor_, spec.room, &diagnostics);
  cooling_ = BuildCoolantTree(liquid, spec.cooling);
  power_ = BuildPowerTree(nameplates, floor_, spec.power, &diagnostics);
  diagnostics.ThrowIfErrors();
  for (System& s : systems_) {
    const EndpointSpec ends{s.nodes, std::max(s.spec.accelerators_per_node, 1u), s.spec.nic_rate};
    networks_.push_back(std::make_unique<const Network>(BuildFabric(ends, spec.fabric)));
    s.fabric = networks_.back()->summary;
    s.fabric.accelerators_per_domain = s.spec.domain;
    s.fabric.scale_up_bandwidth = s.spec.scale_up_bandwidth;
  }
}

Facility::~Facility() = default;
Facility::Facility(Facility&&) noexcept = default;

void Facility::AddSystem(const SystemSpec& spec) {
  System s;
  s.spec = spec;
  s.first_rack = RackId(static_cast<std::uint32_t>(racks_.size()));
  s.first_node = NodeId(nodes_);
  s.first_accelerator = AcceleratorId(accelerators_);
  s.nodes = spec.nodes;
  s.accelerators = spec.nodes * spec.accelerators_per_node;
  s.racks = CeilDivide(spec.nodes, spec.nodes_per_rack);
  const SystemId id(static_cast<std::uint32_t>(systems_.size()));
  for (std::uint32_t r = 0; r < s.racks; ++r) {
    Rack rack;
    rack.system = id;
    rack.first_node = NodeId(nodes_);
    rack.first_accelerator = AcceleratorId(accelerators_);
    rack.nodes = std::min(spec.nodes_per_rack, spec.nodes - r * spec.nodes_per_rack);
    rack.accelerators = rack.nodes * spec.accelerators_per_node;
    rack.usable_accelerators = spec.accelerators_used == 0
                                   ? rack.accelerators
                                   : std::min(spec.accelerators_used, rack.accelerators);
    const double filled = static_cast<double>(rack.nodes) / spec.nodes_per_rack;
    rack.nameplate = spec.rack_nameplate * filled;
    rack.mass = spec.rack_mass * filled;
    rack.liquid_heat = rack.nameplate * spec.liquid_share;
    rack.coolant = spec.rack_coolant * filled;
    nodes_ += rack.nodes;
    accelerators_ += rack.accelerators;
    s.usable_accelerators += rack.usable_accelerators;
    racks_.push_back(rack);
  }
  systems_.push_back(std::move(s));
}

const Network& Facility::network(SystemId system) const {
  HR_CHECK(system.index() < networks_.size(), system.index());
  return *networks_[system.index()];
}

SystemId Facility::system_of(NodeId node) const {
  HR_CHECK(node.index() < nodes_, node.index(), nodes_);
  const auto after =
      std::upper_bound(systems_.begin(), systems_.end(), node,
                       [](NodeId n, const System& s) { return n.index() < s.first_node.index(); });
  return SystemId(static_cast<std::uint32_t>(after - systems_.begin() - 1));
}

RackId Facility::rack_of(NodeId node) const {
  const System& s = systems_[system_of(node).index()];
  return RackId(s.first_rack.index() +
                (node.index() - s.first_node.index()) / s.spec.nodes_per_rack);
}

NodeId Facility::node_of(AcceleratorId accelerator) const {
  HR_CHECK(accelerator.index() < accelerators_, accelerator.index(), accelerators_);
  const auto after = std::upper_bound(
      systems_.begin(), systems_.end(), accelerator,
      [](AcceleratorId a, const System& s) { return a.index() < s.first_accelerator.index(); });
  // A system without accelerators begins where the next one does: the last that begins here or
  // before owns it.
  const System& s = *(after - 1);
  HR_CHECK(s.spec.accelerators_per_node > 0, s.spec.name);
  return NodeId(s.first_node.index() +
                (accelerator.index() - s.first_accelerator.index()) / s.spec.accelerators_per_node);
}

std::string Name(RackId rack) { return fmt::format("rack-{}", rack.index() + 1); }
std::string Name(NodeId node) { return fmt::format("node-{}", node.index() + 1); }
std::string Name(AcceleratorId accelerator) {
  return fmt::format("accelerator-{}", accelerator.index() + 1);
}

}  // namespace headroom::topology
