#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/network/fabric.h"
#include "models/network/load_balance.h"
#include "scenarios/build/context.h"
#include "scenarios/build/inventory.h"
#include "sim/probe/metric.h"
#include "topology/cabling.h"
#include "topology/facility.h"

namespace headroom::scenario {

/// Cables of one system's fabric by kind and tier.
struct SystemCables {
  std::uint32_t system = 0;
  std::vector<topology::CableRun> runs;
};

/// Switches, cables and optics of the scale-out fabrics.
struct FabricLoad {
  std::uint32_t switches = 0;
  double power = 0.0;   ///< W, all of them with optics, ports linked, without traffic
  double power_full = 0.0;  ///< W with all linked ports full
  double energy = 0.0;  ///< J more for a byte that passes a switch
  double optics = 0.0;  ///< W of that, pluggables at the switches
  std::vector<std::string> kinds;     ///< catalog names of the cables that `cables` numbers
  std::vector<SystemCables> cables;
};

/// The site as data, with what the plant needs of its fabrics.
struct BuiltFacility {
  std::unique_ptr<const topology::Facility> site;
  topology::RoomSpec room;  ///< that the racks were laid out in
  FabricLoad fabric;
  std::vector<topology::FabricDelays> delays;  ///< by system
  /// Index of the CDU of each rack by system; -1: air.
  std::vector<std::vector<int>> cdu_of_rack;
  /// Racks that differ in what may befall them have different numbers, by system; empty where none do.
  std::vector<std::vector<int>> part_of_rack;
};

/// The hall as a scenario gives it, else with the usual rows. What is no rack's name goes to the context.
topology::RoomSpec RoomOf(const BuildContext& context);

/// Errors go to the context; `site` is null then.
BuiltFacility BuildFacility(const BuildContext& context, const std::vector<SystemStock>& systems);

/// Cables, their metres, price and mass by kind, and the pluggables' power as metrics.
void SetFabricMetrics(const FabricLoad& fabric, MetricSet& metrics);

/// How flows spread over uplinks, by the scenario's keys and the switch. An error where the NICs cannot take it.
network::LoadBalancing BalancingOf(const BuildContext& context, const catalog::Switch& sheet);

/// The sheet that the scenario names, else the slowest switch that carries the NICs' rate.
const catalog::Switch& SwitchFor(const BuildContext& context, const std::vector<SystemStock>& systems);

/// The network as the work on system `index` sees it.
network::FabricParams FabricFor(const BuildContext& context, const BuiltFacility& facility, std::uint32_t index,
                                const SystemStock& stock);

/// Nameplate of one full rack [W].
double RackNameplate(const SystemStock& stock);

}  // namespace headroom::scenario
