#pragma once

#include <fstream>
#include <string>

#include "scenarios/build/simulation.h"

namespace headroom::study {

/// A scenario from text, ready for a study.
inline scenario::Prepared PreparedFrom(const std::string& text) {
  const std::string path = std::string(HEADROOM_BINARY_DIR) + "/tests/study_sample.yaml";
  std::ofstream(path) << text;
  return scenario::Prepare(path, {});
}

/// GB200 racks under the limits given, in mild weather.
inline std::string Hall(const std::string& limits, const std::string& power = "{}") {
  return "schema: 1\nsite:\n  systems:\n    - {name: hall, type: gb200-nvl72, count: 8}\n  power: " + power +
         "\n  cooling: {weather: {dry_bulb: 30 degC, wet_bulb: 20 degC}}\n  limits: " + limits +
         "\nrun: {duration: 1 min}\n";
}

}  // namespace headroom::study
