#include "models/power/node_power.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/diagnostics.h"

namespace headroom::power {

NodeDraw DrawOf(const NodeParams& node, const NodeWork& work, double inlet) {
  NodeDraw d;
  d.boards = work.boards;
  const double processors = node.processors_active - node.processors_idle;
  const double memory = node.memory_active - node.memory_idle;
  d.processors = node.processors_idle + processors * work.load;
  d.memory = node.memory_idle + memory * work.load;
  const double sent = node.nic_rate > 0.0 ? std::min(work.sent, node.nic_rate) : work.sent;
  d.nics = node.nics_idle + node.nic_energy * sent;
  const double rest = node.host_idle - node.processors_idle - node.memory_idle - node.nics_idle;
  d.host = rest + (node.host_active - node.host_idle - processors - memory) * work.busy + d.processors + d.memory + d.nics;
  const double full = node.accelerators * node.accelerator_tdp;
  const double load = full > 0.0 ? work.boards / full : work.busy;
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
  const double idle = node.processors_idle + node.memory_idle + node.nics_idle;
  if (!(idle <= node.host_idle * (1.0 + 1e-9)))
    refuse("parts", idle, fmt::format("not exceed host_idle, {}, in all at rest", node.host_idle));
  const double more = node.processors_active - node.processors_idle + node.memory_active - node.memory_idle;
  if (!(node.processors_active >= node.processors_idle && node.memory_active >= node.memory_idle &&
        more <= (node.host_active - node.host_idle) * (1.0 + 1e-9)))
    refuse("parts", more, fmt::format("rise with the load, by at most host_active less host_idle, {}", node.host_active - node.host_idle));
  if (node.accelerators > 0.0 && !(node.accelerator_tdp > node.accelerator_idle))
    refuse("tdp", node.accelerator_tdp, fmt::format("exceed idle, {}", node.accelerator_idle));
  if (!(node.fan_min_speed > 0.0 && node.fan_min_speed <= 1.0))
    refuse("fans.min_speed", node.fan_min_speed, "lie above 0 and not above 1");
  found.ThrowIfErrors();
}

}  // namespace headroom::power
