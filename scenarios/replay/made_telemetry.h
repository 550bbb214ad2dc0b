#pragma once

#include <string>
#include <vector>

#include "scenarios/build/simulation.h"

namespace headroom::replay {

/// How telemetry is made of a run.
struct MadeTelemetry {
  std::vector<std::string> signals;  ///< SERIES or SERIES:ENTITY
  double every = 60.0;               ///< s
  double noise = 0.0;                ///< deviation as a share of a value; of a temperature, of 10 K
  double missing = 0.0;              ///< share of cells left empty
};

/// Runs the scenario and gives its signals as a file that `headroom replay` reads, with normal noise and missing cells from streams of the scenario's seed.
/// @throws ConfigError
std::string MakeTelemetry(const scenario::Prepared& prepared, const MadeTelemetry& made, const scenario::Watch& watch);

}  // namespace headroom::replay
