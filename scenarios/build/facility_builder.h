#pragma once

#include <memory>
#include <vector>

#include "models/network/fabric.h"
#include "scenarios/build/context.h"
#include "scenarios/build/inventory.h"
#include "topology/facility.h"

namespace headroom::scenario {

/// Switches and optics of the scale-out fabrics as a load.
struct FabricLoad {
  std::uint32_t switches = 0;
  double power = 0.0;  ///< W, all of them with optics
};

/// The site as data, with what the plant needs of its fabrics.
struct BuiltFacility {
  std::unique_ptr<const topology::Facility> site;
  topology::RoomSpec room;  ///< that the racks were laid out in
  FabricLoad fabric;
  /// Index of the CDU of each rack by system; -1: air.
  std::vector<std::vector<int>> cdu_of_rack;
  /// Racks that differ in what may befall them have different numbers, by system; empty where none do.
  std::vector<std::vector<int>> part_of_rack;
};

/// The hall as a scenario gives it, else with the usual rows. What is no rack's name goes to the context.
topology::RoomSpec RoomOf(const BuildContext& context);

/// Errors go to the context; `site` is null then.
BuiltFacility BuildFacility(const BuildContext& context, const std::vector<SystemStock>& systems);

/// The network as the work on one system sees it.
network::FabricParams FabricFor(const BuildContext& context, const topology::System& system, const SystemStock& stock);

/// Nameplate of one full rack [W].
double RackNameplate(const SystemStock& stock);

}  // namespace headroom::scenario
