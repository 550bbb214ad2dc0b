#pragma once

#include <functional>
#include <string>
#include <vector>

#include "scenarios/schema/scenario.pb.h"
#include "sim/config/source_map.h"
#include "sim/config/yaml_tree.h"

namespace headroom::scenario {

struct LoadOptions {
  /// One of the file's `variants:`; "" is the file as it stands.
  std::string variant;
  /// `path=value`, applied in order after the variant.
  std::vector<std::string> overrides;
  /// Names of the built-in catalog's sheets of one kind. Without it names are not checked.
  std::function<std::vector<std::string>(const std::string& kind)> catalog_names;
};

struct LoadedScenario {
  schema::Scenario scenario;  ///< with every default filled in
  config::SourceMap places;   ///< where each value was written
  std::string folder;    ///< of the file; the names of files in the scenario are relative to it
  std::string resolved;  ///< the scenario as text, every default and include written out
  std::vector<Finding> warnings;
};

/// Lays one of the tree's `variants:` on it ("": none), and takes the key out.
/// @throws ConfigError where there is none of that name, or it is no map of changes.
void ApplyVariant(config::Node& root, const std::string& name);

/// Reads a scenario file: includes, variant, overrides, schema, then the rules that hold between
/// its values.
/// @throws ConfigError with every mistake found; IoError where reading a file fails.
LoadedScenario Load(const std::string& path, const LoadOptions& options);

/// The same from a tree that `ReadTreeWithIncludes(path)` gave.
LoadedScenario LoadTree(config::Node root, const std::string& path, const LoadOptions& options);

/// The same, with every mistake in `diagnostics` instead of thrown: the scenario then holds what was
/// right. @throws ConfigError, IoError where nothing could be read into a scenario.
LoadedScenario InspectTree(config::Node root, const std::string& path, const LoadOptions& options,
                           Diagnostics* diagnostics);

}  // namespace headroom::scenario
