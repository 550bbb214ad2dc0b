#pragma once

#include <memory>
#include <vector>

#include "models/serving/deployment.h"
#include "tests/models/serving/simple_operators.h"

namespace headroom::serving {

/// Iterations of `seconds` each, whatever they take.
inline std::unique_ptr<IterationCost> EvenSteps(std::uint32_t max_tokens, std::uint32_t sequences = 16, double seconds = 0.010,
                                                BatchPolicy policy = BatchPolicy::kDecodeFirst) {
  EngineSettings e;
  e.policy = policy;
  e.max_sequences = sequences;
  e.max_tokens = max_tokens;
  e.graph_tokens = 0;
  return std::make_unique<IterationCost>(std::make_unique<SimpleOperators>(LinearTerms{.per_iteration = seconds}), e);
}

/// A deployment "w" without load ports.
inline DeploymentParams SmallFleet(std::uint32_t replicas, std::uint32_t blocks = 1000) {
  DeploymentParams p;
  p.name = "w";
  p.replica.kv_blocks = blocks;
  p.places.resize(replicas);
  return p;
}

inline RequestTrace EqualRequests(const std::vector<double>& arrivals, std::uint32_t input, std::uint32_t output) {
  RequestTrace t;
  for (const double a : arrivals) {
    t.arrival.push_back(a);
    t.input_tokens.push_back(input);
    t.output_tokens.push_back(output);
  }
  return t;
}

inline std::uint64_t AnsweredTokens(const RequestLog& log) {
  std::uint64_t tokens = 0;
  for (std::size_t i = 0; i < log.size(); ++i)
    if (log.state(i) == RequestState::kCompleted) tokens += log.output_tokens(i);
  return tokens;
}

}  // namespace headroom::serving
