#pragma once

#include "sim/config/yaml_tree.h"

namespace headroom::config {

/// Lays `over` on `base`. Maps merge key by key. Lists whose elements all have a name merge by
/// name, new elements come last. Anything else is replaced. Every value keeps its place.
void Merge(Node& base, Node over);

}  // namespace headroom::config
