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
  /// Parts of both, which follow what they do; the rest of the host follows `busy`.
  double processors_idle = 0.0, processors_active = 0.0;
  double memory_idle = 0.0, memory_active = 0.0;
  double nics_idle = 0.0;         ///< all NICs, linked, without traffic
  double nic_energy = 0.0;        ///< J per byte sent, with as much received; comes on top of host_active
  double nic_rate = 0.0;          ///< B/s that all NICs send at most; 0: no limit
  double fan_power = 0.0;         ///< all fans of the node at full speed
  double fan_min_speed = 0.3;     ///< share of full speed at rest. Assumed
  double fan_reference_inlet =
      298.15;                     ///< air inlet at which speed follows power alone [K]. Assumed
  double fan_inlet_slope = 0.03;  ///< speed share added per kelvin above the reference. Assumed
};

/// What a node does, mean over an interval.
struct NodeWork {
  double boards = 0.0;  ///< W, sum over its accelerators
  double busy = 0.0;    ///< share of accelerator-seconds in kernels
  double load = 0.0;    ///< of its processors and memory, over that which host_active stands for
  double sent = 0.0;    ///< B/s by its NICs, in the busier direction
};

/// What one node draws, mean over an interval.
struct NodeDraw {
  double boards = 0.0;      ///< W
  double host = 0.0;        ///< W, the next three included
  double processors = 0.0;  ///< W
  double memory = 0.0;      ///< W
  double nics = 0.0;        ///< W
  double fans = 0.0;       ///< W
  double fan_speed = 0.0;  ///< share of full speed
  double total() const { return boards + host + fans; }
};

/// Draw of a node:
///
///     processors, memory = idle + (active - idle) * load
///     nics  = nics_idle + nic_energy * sent
///     host  = (host_idle less parts) + (host_active - host_idle less that of parts) * busy + parts
///     speed = min + (1 - min) boards / (n TDP) + slope max(0, inlet - reference), within min..1
///     fans  = fan_power * speed^3
///
/// `inlet` is the air's [K]. At busy = load = 1 without traffic the host draws host_active, as measured on single servers. Left
/// out: clocks of processors, fan inertia, per-fan zones. Source of the lines: linear between two stated levels as in RAPS; of
/// the cube: fan affinity law.
NodeDraw DrawOf(const NodeParams& node, const NodeWork& work, double inlet);
/// Without traffic, with the hosts' load as the accelerators'.
inline NodeDraw DrawOf(const NodeParams& node, double boards, double busy, double inlet) {
  return DrawOf(node, NodeWork{boards, busy, busy, 0.0}, inlet);
}

/// @throws ConfigError naming, below `path`, every parameter out of range.
void Check(const NodeParams& node, const std::string& path);

}  // namespace headroom::power
