#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/read/traces/chakra.pb.h"

namespace headroom::scenario {

/// A trace with everything that is in its file, fields that the schema does not know included.
struct ChakraMessages {
  chakra::GlobalMetadata metadata;
  std::vector<chakra::Node> nodes;
};

/// @throws ConfigError naming `file` and the byte at which a message is cut or cannot be parsed.
ChakraMessages ParseChakra(std::string_view bytes, const std::string& file);
/// Files that this wrote come back to the byte; others may order fields and pack lists differently.
std::string SerializeChakra(const ChakraMessages& trace);

}  // namespace headroom::scenario
