#include "models/power/node_power.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/diagnostics.h"

namespace headroom::power {

NodeDraw DrawOf(const NodeParams& node, double boards, double busy, double inlet) {
  NodeDraw d;
  d.boards = boards;
  d.host = node.host_idle + (node.host_active - node.host_idle) * busy;
  const double full = node.accelerators * node.accelerator_tdp;
  const double load = full > 0.0 ? boards / full : busy;
  const double by_inlet = node.fan_inlet_slope * std::max(0.0, inlet - node.fan_reference_inlet);
  d.fan_speed = std::clamp(node.fan_min_speed + (1.0 - node.fan_min_speed) * load + by_inlet,
                           node.fan_min_speed, 1.0);
  d.fans = node.fan_power * d.fan_speed * d.fan_speed * d.fan_speed;
  return d;
}

void Check(const NodeParams& node, const std::string& path) {
  Diagnostics found;
  const auto refuse = [&](const char* what, double value, const std::string& rule) {
    found.Error({}, path, fmt::format("{} is {}; it must {}", what, value, rule));
  };
  const auto not_negative = [&](const char* what, double value) {
    if (!(value >= 0.0)) refuse(what, value, "not be negative");
  };
  not_negative("accelerators", node.accelerators);
  not_negative("idle", node.accelerator_idle);
  not_negative("host_idle", node.host_idle);
  not_negative("fans.power", node.fan_power);
  if (!(node.host_active >= node.host_idle))
    refuse("host_active", node.host_active,
           fmt::format("be at least host_idle, {}", node.host_idle));
  if (node.accelerators > 0.0 && !(node.accelerator_tdp > node.accelerator_idle))
    refuse("tdp", node.accelerator_tdp, fmt::format("exceed idle, {}", node.accelerator_idle));
  if (!(node.fan_min_speed > 0.0 && node.fan_min_speed <= 1.0))
    refuse("fans.min_speed", node.fan_min_speed, "lie above 0 and not above 1");
  found.ThrowIfErrors();
}

}  // namespace headroom::power
