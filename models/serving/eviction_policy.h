#pragma once

#include <cstdint>
#include <string_view>

namespace headroom::serving {

/// Which prefix unit a full memory gives up.
enum class EvictionPolicy : std::uint8_t {
  kLru,   ///< the one used least recently
  kFifo,  ///< the one written first
  kLfu,   ///< the one used least often since it was written, of these the least recently used
};
/// "lru", "fifo" or "lfu". @throws ConfigError naming them.
EvictionPolicy EvictionFromName(std::string_view name);

}  // namespace headroom::serving
