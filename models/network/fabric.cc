#include "models/network/fabric.h"

#include <fmt/format.h>

#include <stdexcept>

namespace headroom::network {

ScaleUpShape ScaleUpShapeFromName(const std::string& name) {
  if (name == "switch") return ScaleUpShape::kSwitch;
  if (name == "mesh") return ScaleUpShape::kMesh;
  if (name == "torus-2d") return ScaleUpShape::kTorus2d;
  if (name == "torus-3d") return ScaleUpShape::kTorus3d;
  throw std::invalid_argument(fmt::format("no shape of a scale-up domain is called '{}'", name));
}

std::vector<FabricProblem> Check(const FabricParams& f) {
  std::vector<FabricProblem> out;
  const auto positive = [&](double value, const char* field) {
    if (!(value > 0))
      out.push_back({field, fmt::format("{} is {}; it must be positive", field, value)});
  };
  if (f.scale_up.domain > 1) positive(f.scale_up.bandwidth, "scale_up.bandwidth");
  positive(f.scale_up.efficiency, "scale_up.efficiency");
  positive(f.scale_out.nic, "scale_out.nic");
  positive(f.scale_out.efficiency, "scale_out.efficiency");
  positive(f.scale_out.oversubscription, "scale_out.oversubscription");
  positive(f.scale_out.pod_shortage, "scale_out.pod_shortage");
  positive(f.scale_out.balance, "scale_out.balance");
  return out;
}

}  // namespace headroom::network
