#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace headroom::serving {

/// A recorded stream of requests in order of arrival, a column per field.
struct RequestTrace {
  std::vector<double> arrival;  ///< s after the first one, nondecreasing
  std::vector<std::uint32_t> input_tokens, output_tokens;
  /// Prompt blocks by chained hash: those of request i are hashes[hash_begin[i]] up to hash_begin[i
  /// + 1]. Without prefixes hash_begin is empty.
  std::vector<std::uint64_t> hashes;
  std::vector<std::uint64_t> hash_begin;
  std::uint32_t hash_tokens = 0;  ///< tokens of one block

  std::size_t size() const { return arrival.size(); }
  bool has_prefixes() const { return !hash_begin.empty(); }
};

}  // namespace headroom::serving
