#pragma once

#include <string>

#include "models/catalog/library.h"
#include "scenarios/schema/scenario.pb.h"
#include "sim/config/reader.h"
#include "sim/core/diagnostics.h"

namespace headroom::scenario {

/// What every builder needs: the scenario, the catalog, where things stand in the file, and where to put errors.
struct BuildContext {
  const schema::Scenario& scenario;
  const catalog::Library& library;
  const config::SourceMap& places;
  Diagnostics& diagnostics;
  std::string folder = {};  ///< of the scenario file; names of files are relative to it

  void Error(const std::string& path, const std::string& message) const {
    diagnostics.Error(places.Find(path), path, message);
  }
  void Warning(const std::string& path, const std::string& message) const {
    diagnostics.Warning(places.Find(path), path, message);
  }
};

}  // namespace headroom::scenario
