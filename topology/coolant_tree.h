#pragma once

#include <string>
#include <vector>

#include "topology/ids.h"
#include "topology/spec.h"

namespace headroom::topology {

/// A coolant distribution unit and its secondary loop; all of them hang from the facility loop.
struct Cdu {
  std::string name;  ///< "cdu-1"
  SystemId system;
  std::vector<RackId> racks;
  double rating = 0.0;     ///< W
  double nameplate = 0.0;  ///< W, the racks' nameplate times their liquid share; may exceed the
                           ///< rating where the user says how many racks a CDU serves
  double flow = 0.0;       ///< kg/s that the racks ask for
};

struct CoolantTree {
  std::vector<Cdu> cdus;           ///< below the facility loop
  std::vector<CduId> cdu_of_rack;  ///< by RackId; invalid for a rack cooled by air alone
  double nameplate = 0.0;          ///< W that reach the facility loop at nameplate
};

/// What a rack asks of the loops.
struct LiquidLoad {
  SystemId system;
  double heat = 0.0;  ///< W at nameplate; 0: no liquid
  double flow = 0.0;  ///< kg/s by design
};

/// Racks with liquid heat fill CDUs in order, each CDU with racks of one system: racks_per_cdu of
/// them, else as many as its capacity and its flow carry but at least one.
CoolantTree BuildCoolantTree(const std::vector<LiquidLoad>& racks, const CoolingSpec& spec);

}  // namespace headroom::topology
