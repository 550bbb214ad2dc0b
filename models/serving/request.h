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
/// outlives the run. Empty: no shared prefix. With `prefix_holds_answer` it goes on into the answer,
/// whose blocks a later turn of the session can then find.
struct Request {
  RequestIndex index = 0;
  std::uint32_t input_tokens = 0;   ///< prompt, at least 1
  std::uint32_t output_tokens = 0;  ///< asked for, at least 1; generation stops there
  std::uint32_t user = 0;           ///< of a closed loop
  double arrival = 0.0;             ///< s from the start of the run
  std::span<const std::uint64_t> prefix;
  bool prefix_holds_answer = false;
  std::uint32_t session = 0;        ///< of a session's turns; 0: none
  std::uint32_t adapter = 0;        ///< low-rank adapter; 0: none
  std::uint8_t request_class = 0;   ///< place in DeploymentParams::classes
  std::uint8_t group = 0;           ///< of replicas, where several models are served
  std::uint8_t attempt = 0;         ///< tries before this one
  std::int8_t priority = 0;         ///< higher goes first
  bool warm_up = false;  ///< served, but no metric counts it
  bool received = false;  ///< its keys and values are there, and only need blocks: from a prefill replica, or swapped out
  bool swapped = false;   ///< of these, in host memory
  bool seen = false;      ///< its user has the first token
  std::uint8_t stage = 0;    ///< of its task's graph
  std::uint32_t task = 0;    ///< that it is a call of; 0: none

  std::uint32_t generated =
      0;                    ///< output tokens so far; over 0 in a waiting queue after a preemption
  double last_token = 0.0;  ///< when the latest of them came [s]
  double started = 0.0;     ///< when its prompt began to be read [s]
  double queued = 0.0;      ///< when it came to its replica [s]
  /// Tokens whose keys and values must stand in the cache before the next token can come.
  std::uint32_t prefill_tokens() const { return input_tokens + generated; }
};

}  // namespace headroom::serving
