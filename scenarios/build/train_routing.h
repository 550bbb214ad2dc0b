#pragma once

#include <cstdint>
#include <string>

#include "models/llm/architecture.h"
#include "scenarios/build/context.h"

namespace headroom::scenario {

/// Load of the busiest rank of an expert group over the mean, by the scenario's routing. Errors go to the context.
/// `path` is the workload's in the scenario; files are looked for from `folder`.
double BusiestOf(const BuildContext& context, const schema::Train& train, const std::string& path, const std::string& folder,
                 const llm::Architecture& model, std::uint32_t ep);

}  // namespace headroom::scenario
