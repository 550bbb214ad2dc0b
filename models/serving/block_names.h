#pragma once

#include <cstdint>

namespace headroom::serving {

/// SplitMix64: well-mixed names of blocks from small numbers.
inline std::uint64_t SplitMix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

}  // namespace headroom::serving
