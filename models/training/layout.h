#pragma once

#include <cstdint>
#include <vector>

#include "models/training/plan.h"

namespace headroom::training {

/// A stretch of layers that one pipeline stage runs as one piece of work.
struct Chunk {
  std::uint32_t first_layer = 0;
  std::uint32_t layers = 0;
  bool embedding = false;  ///< the input embedding stands before its layers
  bool head = false;       ///< final norm, output head, loss and multi-token prediction after them
};

/// The chunks in the order in which a token meets them. Where the layers divide evenly they are
/// spread so; otherwise embedding and head count as a layer each and what is left goes one by one
/// to the earliest chunks. `plan.layout` overrides both.
std::vector<Chunk> MakeLayout(const ParallelPlan& plan, const llm::Architecture& model);

}  // namespace headroom::training
