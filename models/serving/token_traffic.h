#pragma once

#include "models/network/traffic.h"
#include "models/serving/llm_operators.h"

namespace headroom::serving {

/// What all accelerators of a replica send for one token [B].
struct TokenTraffic {
  network::Traffic pass;    ///< that goes through the layers: prompts, answers, drafts that are checked
  network::Traffic sample;  ///< for which logits are gathered
};

/// The collectives that LlmOperators adds up: two all-reduces in each layer among tp (one where experts are exchanged),
/// dispatch and combine among ep where ep > tp, an all-gather of the logits. Left out, as it has no time either: activations
/// between pipeline stages.
TokenTraffic TrafficPerToken(const llm::Architecture& model, const ReplicaParallelism& parallelism,
                             const network::FabricParams& fabric);

}  // namespace headroom::serving
