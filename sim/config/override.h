#pragma once

#include <string>
#include <string_view>

#include "sim/config/yaml_tree.h"

namespace headroom::config {

/// Changes one value of a tree, as `--set path=value` does: `site.power.utility.limit`,
/// `workloads[pretrain].train.steps`, `record.windows[0].length`. Maps on the way are made;
/// elements of lists must exist. A map given as value merges into the map that stands there,
/// anything else replaces.
/// @throws ConfigError naming the path and the first part of it that leads nowhere.
void Set(Node& root, std::string_view path, std::string_view value_text);
void Set(Node& root, std::string_view path, Node value);

/// Takes the value at a path out of a tree, an element out of its list.
/// @throws ConfigError as Set does, also where nothing is there.
void Remove(Node& root, std::string_view path);

}  // namespace headroom::config
