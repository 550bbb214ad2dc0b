#pragma once

#include "models/compute/precision.h"

namespace headroom::serving {

/// What a checkpoint's linear layers are in.
struct LinearPrecisions {
  compute::Precision latent;   ///< projections of multi-head latent attention but the last
  compute::Precision dense;    ///< all other linear layers but routed experts
  compute::Precision experts;
};
/// NVFP4 checkpoints of DeepSeek keep the latent projections in bf16 (model card of nvidia/DeepSeek-R1-0528-FP4-v2); MXFP4
/// ones (gpt-oss, arXiv:2508.10925) quantise routed experts only.
LinearPrecisions PrecisionsOf(compute::Precision precision);

}  // namespace headroom::serving
