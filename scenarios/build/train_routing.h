#pragma once

#include <cstdint>

#include "models/llm/architecture.h"
#include "scenarios/build/work.h"

namespace headroom::scenario {

/// Load of the busiest rank of an expert group over the mean, by the scenario's routing. Errors go to the context.
double BusiestOf(const WorkSite& site, const llm::Architecture& model, std::uint32_t ep);

}  // namespace headroom::scenario
