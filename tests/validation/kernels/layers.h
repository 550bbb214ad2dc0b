#pragma once

#include <string>

#include "models/catalog/library.h"
#include "tests/validation/kernels/measured.h"

namespace headroom::validation {

/// Tables of the layers of a language model, timed one by one: vidur on A40 (fitted) and on H100 and A100 (predicted),
/// LLMServingSim on RTX 4090 and TPU v6e.
void AddLayers(const std::string& folder, const catalog::Library& library, Tables* tables);

}  // namespace headroom::validation
