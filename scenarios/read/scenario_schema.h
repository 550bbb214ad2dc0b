#pragma once

#include <string>

namespace headroom::scenario {

/// JSON Schema of scenario files: the message's keys beside those that the loader resolves
/// (`include`, `remove`, `variants`, files in `catalog`).
std::string ScenarioJsonSchema();

}  // namespace headroom::scenario
