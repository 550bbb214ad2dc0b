#pragma once

#include <string>

namespace headroom::plant {

/// Something that the plant did, for the report's events.
struct PlantEvent {
  double time = 0.0;  ///< s
  std::string kind;   ///< "fault", "repair", "throttle", "release", "trip", "shed", "battery" ...
  std::string where;  ///< group or unit
  std::string what;   ///< in words
};

}  // namespace headroom::plant
