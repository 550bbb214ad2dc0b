#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/diagnostics.h"
#include "topology/floor_plan.h"
#include "topology/ids.h"
#include "topology/spec.h"

namespace headroom::topology {

enum class PowerUnitKind : std::uint8_t { kUtility, kTransformer, kUps, kPdu };

/// One box of the power chain. Racks hang from PDUs.
struct PowerUnit {
  std::string name;  ///< "utility-1", "transformer-2", "ups-2", "pdu-7"
  PowerUnitKind kind = PowerUnitKind::kUtility;
  PowerUnitId parent;  ///< invalid for the utility
  std::vector<PowerUnitId> children;
  std::vector<RackId> racks;  ///< of a PDU
  double rating = 0.0;        ///< W
  double nameplate = 0.0;     ///< W of all racks below
};

/// A tree: unit 0 is the utility, parents come before children.
struct PowerTree {
  std::vector<PowerUnit> units;
  std::vector<PowerUnitId> pdu_of_rack;  ///< by RackId
};

/// Fills units in the order of the racks. A PDU is a busway along one row: it takes the row's racks
/// until fill * pdu_rating (or fill * block_rating) is reached, and a row has as many as that
/// needs. A block, one transformer and its UPS, takes PDUs until fill * block_rating is reached. A
/// PDU without a rating of its own is rated to its load over fill. The utility is rated to its
/// contracted limit, else to the sum of its blocks. Redundant paths are left out. Reports a rack
/// that no unit can carry.
PowerTree BuildPowerTree(const std::vector<double>& nameplates, const FloorPlan& floor,
                         const PowerSpec& spec, Diagnostics* diagnostics);

}  // namespace headroom::topology
