#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "topology/coolant_tree.h"
#include "topology/fabric_summary.h"
#include "topology/floor_plan.h"
#include "topology/ids.h"
#include "topology/power_tree.h"
#include "topology/spec.h"

namespace headroom::topology {

struct Network;

/// One system of the site: consecutive racks, nodes and accelerators from its first ones on.
struct System {
  SystemSpec spec;
  RackId first_rack;
  NodeId first_node;
  AcceleratorId first_accelerator;
  std::uint32_t racks = 0;
  std::uint32_t nodes = 0;
  std::uint32_t accelerators = 0;
  std::uint32_t usable_accelerators = 0;  ///< without the spares of each rack
  FabricSummary fabric;
};

struct Rack {
  SystemId system;
  NodeId first_node;
  AcceleratorId first_accelerator;
  std::uint32_t nodes = 0;
  std::uint32_t accelerators = 0;
  std::uint32_t usable_accelerators = 0;
  double nameplate = 0.0;    ///< W; of a partly filled rack in proportion
  double mass = 0.0;         ///< kg, likewise
  double liquid_heat = 0.0;  ///< W of the nameplate
  double coolant = 0.0;      ///< kg/s by design
};

/// A built site: what is there and how it hangs together. Immutable, shared by all models of a run.
///
///     const Facility site(spec);
///     for (const System& s : site.systems()) s.fabric.spine.latency ...
///     site.power().pdu_of_rack[rack.index()], site.cooling().cdu_of_rack[rack.index()]
class Facility {
 public:
  /// @throws ConfigError with everything that is wrong with `spec`, paths as in a scenario
  /// ("site.systems.train").
  explicit Facility(const SiteSpec& spec);
  ~Facility();
  Facility(Facility&&) noexcept;

  const std::vector<System>& systems() const { return systems_; }
  const std::vector<Rack>& racks() const { return racks_; }
  std::uint32_t nodes() const { return nodes_; }
  std::uint32_t accelerators() const { return accelerators_; }
  const FloorPlan& floor() const { return floor_; }
  const PowerTree& power() const { return power_; }
  const CoolantTree& cooling() const { return cooling_; }
  /// The fabric of a system as a graph (topology/network.h).
  const Network& network(SystemId system) const;

  RackId rack_of(NodeId node) const;
  NodeId node_of(AcceleratorId accelerator) const;
  SystemId system_of(NodeId node) const;

 private:
  void AddSystem(const SystemSpec& spec);

  std::vector<System> systems_;
  std::vector<Rack> racks_;
  std::vector<std::unique_ptr<const Network>> networks_;
  std::uint32_t nodes_ = 0;
  std::uint32_t accelerators_ = 0;
  FloorPlan floor_;
  PowerTree power_;
  CoolantTree cooling_;
};

/// Names count from 1 over the site: "rack-1", "node-1", "accelerator-1".
std::string Name(RackId rack);
std::string Name(NodeId node);
std::string Name(AcceleratorId accelerator);

}  // namespace headroom::topology
