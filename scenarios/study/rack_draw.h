#pragma once

#include <string>
#include <vector>

#include "scenarios/build/simulation.h"

namespace headroom::study {

/// What a rack of a system draws in a run.
struct RackDraw {
  std::string system;
  double peak = 0.0;  ///< W at the inlet: largest mean over a plant step, of the fullest group of racks
  double mean = 0.0;  ///< W, over the run and all racks of the system
};

/// Runs the scenario and measures every system with racks, in the order of `site.systems`. Uses up the engine's one run.
/// @throws ConfigError where the work cannot run (memory).
std::vector<RackDraw> MeasureRackDraw(const scenario::Prepared& prepared);

}  // namespace headroom::study
