#pragma once

#include <vector>

#include "models/training/chunk_cost.h"
#include "models/training/step_params.h"

namespace headroom::training {

/// Bytes that leave a member's domain, over all members, when a collective of `bytes` (the full buffer) runs: with D domains of
/// m members, (D - 1)/D bytes/m for a gather or a scatter, twice that for an all-reduce, (D - 1)/D bytes for an all-to-all. What
/// an algorithm sends on top of the least is left out.
double LeavingBytes(const network::Group& group, network::Operation op, double bytes);

/// Bytes that the NIC of one accelerator sends in a step, mean over all of them: tensor-, context-, expert-, pipeline- and
/// data-parallel traffic that leaves its scale-up domain. It moves the power of NICs and switches; times come from the
/// collectives themselves. `chunks`: StepModel::parameters().
double NicBytes(const StepParams& params, const std::vector<ChunkParameters>& chunks);

}  // namespace headroom::training
