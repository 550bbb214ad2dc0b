#pragma once

#include <cstdint>
#include <string>

#include "models/catalog/library.h"

namespace headroom::import {

/// The catalog's machine for nodes that an operator knows by the name of their accelerators.
struct Machine {
  std::string type;         ///< node or rack of the catalog; empty if there is none
  std::uint32_t nodes = 1;  ///< of the operator's in one of it
};

/// `accelerator` as Slurm's gres.conf, Kubernetes labels or SkyPilot write it ("h100", "nvidia_h100_80gb_hbm3", "H100-SXM", "A100-80GB"), `count`
/// in a node. Where nodes make whole racks of the catalog (GB200 NVL72: 18 trays) the rack is taken. 0 accelerators is the catalog's plain server.
Machine MachineOf(const catalog::Library& library, const std::string& accelerator, std::uint32_t count, std::uint32_t nodes);

}  // namespace headroom::import
