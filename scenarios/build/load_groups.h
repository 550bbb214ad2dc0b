#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/power/load_port.h"
#include "scenarios/build/inventory.h"

namespace headroom::scenario {

/// Racks that the plant treats as one: same system, same CDU, as many nodes in each, same workloads on them, same PDU
/// where PDUs act.
struct LoadGroup {
  std::unique_ptr<power::LoadPort> port;  ///< null where the racks have no accelerators
  std::string name;                       ///< "train/cdu-1", "inference/air"
  std::uint32_t system = 0;
  int cdu = -1;  ///< -1: air
  int workload = -1;  ///< the only one on the racks; -1: none or several
  std::vector<std::uint32_t> users;  ///< all workloads on them
  std::uint32_t racks = 0;
  std::uint32_t nodes = 0;
};

/// Accelerators of a workload in a row that stand behind one port.
struct PortRun {
  power::LoadPort* port = nullptr;
  std::uint32_t accelerators = 0;
  double host_load = 1.0;  ///< of the workload on its hosts; see power::NodeWork
};

struct LoadGroups {
  std::vector<LoadGroup> groups;             ///< in the order of systems and racks
  std::vector<std::vector<PortRun>> works;   ///< by workload, in the order of its accelerators
  std::vector<std::vector<std::size_t>> group_of_rack;  ///< by system and rack of it
};

/// Splits the racks of all systems; `cdu_of_rack[system][rack]` is -1 for air. Racks of one group have the same number in
/// `part_of_rack`, where given.
LoadGroups MakeLoadGroups(const std::vector<SystemStock>& systems, const std::vector<std::vector<Slice>>& slices,
                          const std::vector<std::vector<int>>& cdu_of_rack,
                          const std::vector<std::vector<int>>& part_of_rack = {});

/// The ports of a workload's slices, in their order.
std::vector<PortRun> PortsOf(const LoadGroups& groups, const std::vector<SystemStock>& systems, const std::vector<Slice>& slices);

}  // namespace headroom::scenario
