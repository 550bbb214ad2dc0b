#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/cooling/weather.h"
#include "models/plant/fault.h"
#include "models/plant/power_nodes_params.h"

namespace headroom::plant {

/// What changes at a plant in the middle of a run; what is absent stays. SI units.
///
/// The utility's limit is like a demand event that begins: it is met from that instant on. Set-points
/// and weather act from the plant step on that begins at the change or next after it. Properties of
/// coolants and the sizes of units stay those of the set-points at the start.
struct PlantChange {
  std::optional<double> utility_limit;        ///< W
  std::optional<AtLimit> at_limit;            ///< kCap or kShed, where it was kReport
  std::optional<double> rack_supply;          ///< K
  std::optional<cooling::Outdoors> outdoors;  ///< in place of any weather before
  std::optional<double> warmer;               ///< K over the weather at the start
  std::vector<Fault> faults;                  ///< beside those there are; none begins earlier
  /// what changes elsewhere at that time, for the events: where, and what in words
  std::vector<std::pair<std::string, std::string>> beside;
};

}  // namespace headroom::plant
