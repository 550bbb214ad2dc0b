#pragma once

#include <cstdint>
#include <string>

#include "models/llm/architecture.h"
#include "scenarios/build/context.h"

namespace headroom::scenario {

/// Load of the busiest rank of an expert group over the mean, by `routing` of the scenario at `path`. Errors go to the
/// context; files are looked for from `folder`.
double BusiestOf(const BuildContext& context, const schema::Routing& routing, const std::string& path, const std::string& folder,
                 const llm::Architecture& model, std::uint32_t ep);

}  // namespace headroom::scenario
