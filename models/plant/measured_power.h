#pragma once

#include <memory>
#include <vector>

#include "models/power/conversion.h"
#include "models/power/node_power.h"

namespace headroom::plant {

/// Power of a group of racks at their inlets as it was measured, in place of what work draws. The value of a time [s] is the
/// mean of the interval that ends there; the first stands from the start, the last to the end.
class MeasuredPower {
 public:
  /// @throws ConfigError where times do not rise strictly, or are not as many as `watts`.
  MeasuredPower(std::vector<double> times, std::vector<double> watts);
  /// Mean over `from` to `to` [s], from < to.
  double Mean(double from, double to) const;

 private:
  std::vector<double> times_, watts_;
};

/// What stands behind a measured power of `racks` racks with `nodes` nodes in all [W].
struct MeasuredSplit {
  double boards = 0.0, host = 0.0, fans = 0.0, switches = 0.0;
};

/// Takes `inlet` [W] apart: less the loss of the racks' power supplies (`rectifier`, one per rack), boards draw what hosts, fans and
/// `switches` leave, where hosts and fans follow the boards by power::DrawOf() with a busy share from idle to rated power. Where
/// too little is left for these alone, boards and fans draw nothing and hosts the rest. The parts and the loss add up to `inlet`.
MeasuredSplit SplitMeasured(double inlet, const power::StageParams& rectifier, int racks, const power::NodeParams& node,
                            double nodes, double switches, double air);

}  // namespace headroom::plant
