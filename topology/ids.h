#pragma once

#include "sim/core/id.h"

namespace headroom::topology {

/// Ids count over the whole site, in the order of the specification.
using SystemId = Id<struct SystemTag>;
using RackId = Id<struct RackTag>;
using NodeId = Id<struct NodeTag>;
using AcceleratorId = Id<struct AcceleratorTag>;
using PowerUnitId = Id<struct PowerUnitTag>;
using CduId = Id<struct CduTag>;

}  // namespace headroom::topology
