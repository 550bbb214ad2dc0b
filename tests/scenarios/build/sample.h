#pragma once

#include <fstream>
#include <string>

#include "scenarios/build/simulation.h"
#include "scenarios/build/context.h"

namespace headroom::scenario {

/// A scenario read from text, with everything that builders need around it.
struct Sample {
  explicit Sample(const std::string& text) {
    const std::string path = std::string(HEADROOM_BINARY_DIR) + "/tests/build_sample.yaml";
    std::ofstream(path) << text;
    prepared = std::make_unique<Prepared>(Prepare(path, {}));
    context = std::make_unique<BuildContext>(
        BuildContext{prepared->loaded.scenario, prepared->library, prepared->loaded.places, diagnostics});
  }
  /// Messages of all errors so far, a line each, without their place in the file.
  std::string Errors() const {
    std::string out;
    for (const Finding& f : diagnostics.errors()) out += f.path + ": " + f.message + "\n";
    return out;
  }

  std::unique_ptr<Prepared> prepared;
  Diagnostics diagnostics;
  std::unique_ptr<BuildContext> context;
};

inline const char* const kMixedSite = R"(schema: 1
site:
  systems:
    - {name: train, type: dgx-h100, count: 6, per_rack: 4}
    - {name: row, type: gb200-nvl72, count: 3, accelerators_used: 64}
    - {name: plain, type: generic-node, count: 5}
  cooling: {cdu: {type: cdu-2mw, per_racks: 2}}
run: {duration: 1 min}
)";

}  // namespace headroom::scenario
