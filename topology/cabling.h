#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "topology/facility.h"

namespace headroom::topology {

/// A kind of cable: up to which length it is laid, and what it weighs and costs.
struct CableKind {
  double reach = 0;           ///< m
  bool powered = true;        ///< its ends draw power
  double price = 0, price_per_metre = 0;  ///< USD of the ends of one cable and of a metre
  double mass = 0, mass_per_metre = 0;    ///< kg, likewise
  double delay = 0, delay_per_metre = 0;  ///< s, likewise
};

struct CablingSpec {
  std::vector<CableKind> kinds;  ///< in order of preference; the last is taken where none reaches
  double in_rack = 2.0;  ///< m, of a cable within a rack
  double rise = 5.0;     ///< m, up from one rack to the tray and down to another, with slack
  double host_ends = 1.0, trunk_ends = 1.0;  ///< price of the ends of a cable at its rate over `price`: at a NIC, and between switches
};

/// Cables of one kind between one pair of tiers.
struct CableRun {
  std::uint32_t kind = 0;  ///< of CablingSpec
  std::uint32_t tier = 0;  ///< 0: NICs to leaves; 1: leaves to spines, or among leaves; 2: spines to cores, or among groups
  std::uint32_t cables = 0;
  double metres = 0;       ///< all together
  double longest = 0;      ///< m
  std::uint32_t switch_ends = 0;  ///< pluggables at switches
  double price = 0, mass = 0;
  double delay = 0;               ///< s, one way, of all of them added up
  bool short_of = false;   ///< some run is longer than the kind reaches
};

/// What joins the ports of a system's fabric, by its racks' places on the floor.
///
/// A leaf stands in the rack of its NICs where they share one, else in a network rack of its own in the middle of theirs;
/// spines and cores in the middle of what they join. Cables between racks run along and across the rows (the distance is
/// the sum of both) and rise to a tray. Runs of no cables are left out; sums over all are those of the fabric's summary.
std::vector<CableRun> LayCables(const Facility& site, SystemId system, const CablingSpec& spec);

/// One-way times without load [s] between two NICs of a leaf, of two leaves, and of two pods.
struct FabricDelays {
  double leaf = 0, spine = 0, core = 0;
};
/// Switches on the way, and a cable of the mean delay of its tier for each one that is crossed: what adds up over the steps
/// of a collective is the mean.
FabricDelays DelaysOf(const FabricSummary& fabric, double switch_latency, const std::vector<CableRun>& runs);

}  // namespace headroom::topology
