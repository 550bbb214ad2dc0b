#include <fmt/format.h>

#include "sim/core/diagnostics.h"
#include "topology/generate/generator.h"

namespace headroom::topology {

const std::vector<FabricType>& FabricTypes() {
  static const std::vector<FabricType> types = {
      {"rail-optimized", "NICs of equal rank share leaves", BuildRailOptimized},
      {"fat-tree", "the NICs of a node share a leaf", BuildFatTree},
      {"dragonfly", "groups of switches, all joined to all", BuildDragonfly},
      {"torus", "switches joined to their neighbours along each axis", BuildTorus},
  };
  return types;
}

Network BuildFabric(const EndpointSpec& endpoints, const FabricSpec& fabric) {
  std::vector<std::string> names;
  for (const FabricType& type : FabricTypes()) {
    if (fabric.type == type.name) return type.build(endpoints, fabric);
    names.push_back(type.name);
  }
  const std::string nearest = Nearest(fabric.type, names);
  throw ConfigError(
      {{{},
        "site.fabric.type",
        fmt::format("is {}; it must be one of {}{}", fabric.type, fmt::join(names, ", "),
                    nearest.empty() ? "" : " (did you mean " + nearest + "?)")}});
}

}  // namespace headroom::topology
