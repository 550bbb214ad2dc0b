#pragma once

#include <string>

namespace headroom::power {

/// A node (server or tray) as a load. Powers in watts, at the node's DC side: the conversion in its
/// power supplies is the chain's `rectifier` stage.
struct NodeParams {
  double accelerators = 0.0;      ///< in one node
  double accelerator_idle = 0.0;  ///< board power of an accelerator that nobody holds
  double accelerator_tdp = 0.0;   ///< board power limit of one
  double host_idle = 0.0;         ///< CPUs, memory, NICs, drives at rest
  double host_active = 0.0;       ///< the same while the accelerators work
  double fan_power = 0.0;         ///< all fans of the node at full speed
  double fan_min_speed = 0.3;     ///< share of full speed at rest. Assumed
  double fan_reference_inlet =
      298.15;                     ///< air inlet at which speed follows power alone [K]. Assumed
  double fan_inlet_slope = 0.03;  ///< speed share added per kelvin above the reference. Assumed
};

/// What one node draws, mean over an interval.
struct NodeDraw {
  double boards = 0.0;     ///< W
  double host = 0.0;       ///< W
  double fans = 0.0;       ///< W
  double fan_speed = 0.0;  ///< share of full speed
  double total() const { return boards + host + fans; }
};

/// Draw of a node:
///
///     host  = host_idle + (host_active - host_idle) * busy
///     speed = min + (1 - min) boards / (n TDP) + slope max(0, inlet - reference), within min..1
///     fans  = fan_power * speed^3
///
/// boards [W] is the sum over the node's accelerators, busy the share of accelerator-seconds in
/// kernels, inlet the air inlet [K]. Left out: memory and NIC power by traffic (inside
/// host_active), fan inertia, per-fan zones. Source of the host line: linear between two stated
/// levels as in RAPS; of the cube: fan affinity law.
NodeDraw DrawOf(const NodeParams& node, double boards, double busy, double inlet);

/// @throws ConfigError naming, below `path`, every parameter out of range.
void Check(const NodeParams& node, const std::string& path);

}  // namespace headroom::power
