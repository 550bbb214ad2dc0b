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
  std::vector<std::uint32_t> session;  ///< 0: none; empty: no request has one
  std::uint32_t hash_tokens = 0;  ///< tokens of one block

  /// Turns of a session after its first request, which the row is: those of row i are
  /// turns[turn_begin[i]] up to turns[turn_begin[i + 1]]. Without sessions turn_begin is empty.
  struct Turn {
    std::uint32_t input_tokens = 0, output_tokens = 0;
    double pause = 0.0;  ///< s from the answer before, in which a tool works or a user thinks
  };
  std::vector<Turn> turns;
  std::vector<std::uint64_t> turn_begin;
  std::uint64_t left_out = 0;  ///< rows of failed requests

  std::size_t size() const { return input_tokens.size(); }
  /// False: lengths only.
  bool has_arrivals() const { return !arrival.empty(); }
  bool has_prefixes() const { return !hash_begin.empty(); }
  bool has_turns() const { return !turn_begin.empty(); }
};

}  // namespace headroom::serving
