#pragma once

#include "models/catalog/catalog.pb.h"

namespace headroom::catalog {

/// Fills in what a model's dimensions leave to a rule: the schema's defaults, kv_heads = heads,
/// head_dim = hidden/heads (with latent attention: nope_dim + rope_dim).
/// @throws ConfigError naming every dimension that is missing or does not fit the others.
void CompleteLlm(Llm* llm);

}  // namespace headroom::catalog
