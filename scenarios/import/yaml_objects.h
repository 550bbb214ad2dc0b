#pragma once

#include <yaml-cpp/yaml.h>

#include <optional>
#include <string>
#include <vector>

#include "scenarios/import/import.h"

namespace headroom::import {

/// A Kubernetes object, or any other YAML document.
struct YamlObject {
  YAML::Node node;
  std::string file;
  std::string kind;  ///< empty where it has none
  std::string name;  ///< of its metadata
};

/// All documents of all files; the items of `List` objects one by one. @throws ConfigError with file and line where a file is no YAML.
std::vector<YamlObject> ReadYamlObjects(const std::vector<SourceFile>& files);

Place PlaceOf(const YamlObject& object, const YAML::Node& node);
/// The text of a scalar, or "" (missing, null, no scalar).
std::string Text(const YAML::Node& node);
/// A Kubernetes quantity as a number: "8", "500m", "2k"; nothing where it is none.
std::optional<double> Quantity(const std::string& text);
/// The quantity of the first resource whose name has "gpu", "tpu" or "neuron" in it; nothing if there is none.
std::optional<double> AcceleratorsOf(const YAML::Node& resources);

}  // namespace headroom::import
