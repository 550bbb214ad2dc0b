#pragma once

#include <cstdint>
#include <vector>

#include "models/training/replay/rank_trace.h"

namespace headroom::scenario {

/// Turns ids into indices: `ids` by node, `waits_for` beside trace->deps, in which kControl is set
/// already.
///
/// In a recording by PyTorch a control dependency may name the calling operator. It shows where one
/// names its own node or one that is not in the file; none of the file's is an order then, and all
/// are left out.
/// @throws ConfigError naming a node whose id is given twice, or one that waits for what is not
/// there.
void ResolveDependencies(std::vector<std::uint64_t> ids,
                         const std::vector<std::uint64_t>& waits_for, bool recorded,
                         training::RankTrace* trace);

}  // namespace headroom::scenario
