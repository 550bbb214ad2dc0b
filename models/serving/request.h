#pragma once

#include <cstdint>
#include <span>

namespace headroom::serving {

/// Index of a request in the RequestLog: its place in the order of arrival.
using RequestIndex = std::uint32_t;

/// One request on its way through a deployment.
///
/// `prefix` names the blocks of the prompt by chained hash: two requests that agree in entry i
/// agree in all tokens up to the end of block i. It points into the source's storage, which
/// outlives the run. Empty: no shared prefix.
struct Request {
  RequestIndex index = 0;
  std::uint32_t input_tokens = 0;   ///< prompt, at least 1
  std::uint32_t output_tokens = 0;  ///< asked for, at least 1; generation stops there
  std::uint32_t user = 0;           ///< of a closed loop
  double arrival = 0.0;             ///< s from the start of the run
  std::span<const std::uint64_t> prefix;
  bool warm_up = false;  ///< served, but no metric counts it
  bool received = false;  ///< a prefill replica sent the prompt's keys and values and a first token

  std::uint32_t generated =
      0;                    ///< output tokens so far; over 0 in a waiting queue after a preemption
  double last_token = 0.0;  ///< when the latest of them came [s]
  /// Tokens whose keys and values must stand in the cache before the next token can come.
  std::uint32_t prefill_tokens() const { return input_tokens + generated; }
};

}  // namespace headroom::serving
