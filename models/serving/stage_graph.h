#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "models/serving/latency_histogram.h"
#include "sim/core/random.h"
#include "sim/engine/engine.h"

namespace headroom::serving {

/// What a request passes before its answer is generated: an embedding, a vector search, a reranker,
/// a feature store, a tool.
struct StageParams {
  std::string name;
  std::uint32_t servers = 0;  ///< at work at once; 0: no queue
  double mean = 0.0;          ///< of the service time [s]
  double sigma = 0.0;         ///< deviation of its logarithm
  std::vector<std::uint32_t> after;  ///< stages that must be through before
};

/// The stages before generation as a graph without cycles: a stage takes a request when all stages
/// that it comes after are through, and generation begins when all stages are. Each is a queue, first
/// come first served, before `servers` servers with lognormal service times (M/G/c for Poisson
/// arrivals).
class StageGraph {
 public:
  struct Counters {
    std::uint64_t served = 0;
    double wait = 0.0, busy = 0.0;  ///< s over all requests
    LatencyHistogram times;         ///< wait and service
  };
  /// `engine` outlives it; stages stand after those that they come after.
  StageGraph(Engine& engine, std::vector<StageParams> stages, std::uint64_t seed,
             const std::string& path);
  /// Called when a request is through.
  void OnReady(std::function<void(std::uint32_t)> ready) { ready_ = std::move(ready); }
  /// `request` is a number of its own among those inside.
  void Enter(std::uint32_t request);
  const std::vector<StageParams>& stages() const { return stages_; }
  const Counters& counters(std::size_t stage) const { return state_[stage].counters; }

 private:
  struct Waiting {
    std::uint32_t request;
    Instant since;
  };
  struct State {
    std::deque<Waiting> queue;
    std::uint32_t busy = 0;
    RandomStream random;
    Counters counters;
  };
  void Join(std::uint32_t stage, std::uint32_t request);
  void Serve(std::uint32_t stage, const Waiting& w);
  void Leave(std::uint32_t stage, std::uint32_t request);

  Engine& engine_;
  std::vector<StageParams> stages_;
  std::vector<State> state_;
  std::unordered_map<std::uint32_t, std::vector<std::uint8_t>> through_;  ///< looked up only
  std::function<void(std::uint32_t)> ready_;
};

}  // namespace headroom::serving
