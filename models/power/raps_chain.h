#pragma once

#include "models/power/conversion.h"

/// The conversion chain of Frontier as RAPS (ExaDigiT) has it, as instances of the general stage (c
/// = 0):
///
///     node DC-DC stage (SIVOC)   in = (P + 13 W) / 0.98       one per node
///     rectifier                  in = (P + 17 W) / 0.96       four per chassis
///     smart rectifiers           n = min(4, floor((P - 1 W) / 13670 W) + 1)
///
/// A chassis has 16 nodes and four switches of 250 W. Source: raps/power.py and
/// config/frontier.yaml, RAPS commit 6c142bfd.
namespace headroom::power {

inline constexpr int kRapsNodesPerChassis = 16;
inline constexpr int kRapsChassisPerRack = 8;
inline constexpr int kRapsRacks = 74;
inline constexpr double kRapsSwitches = 4 * 250.0;     ///< W per chassis
inline constexpr double kRapsCduPumps = 25 * 8473.47;  ///< W, all 25 CDUs

/// Power of a Frontier node [W]: u_cpu of 1 processor, u_gpu of 4 accelerator modules in use.
double RapsNodePower(double u_cpu, double u_gpu);
StageParams RapsSivoc();
/// The four rectifiers of one chassis.
StageParams RapsRectifiers(bool smart);

}  // namespace headroom::power
