#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "models/serving/latency_histogram.h"
#include "models/serving/request_source.h"
#include "sim/core/random.h"
#include "sim/engine/engine.h"

namespace headroom::serving {

/// What a request passes beside its answer: an embedding, a vector search, a reranker, a feature store, a tool,
/// a further call of the model.
struct StageParams {
  std::string name;
  std::uint32_t servers = 0;  ///< at work at once; 0: no queue
  double mean = 0.0;          ///< of the service time [s]
  double sigma = 0.0;         ///< deviation of its logarithm
  std::vector<std::uint32_t> after;  ///< stages that must be through before

  bool calls = false;   ///< the model: served elsewhere, over with Done()
  bool answer = false;  ///< of these, what the source asks for; one of the graph
  TokenDistribution prompt = FixedTokens{1}, output = FixedTokens{1};  ///< of the others
  std::optional<std::uint32_t> context = {};  ///< the call whose prompt and answer its prompt begins with
};

/// The stages of a request as a graph without cycles: a stage takes it when all stages that it comes after are
/// through, and it is ready when all stages are. Each is a queue, first come first served, before `servers`
/// servers with lognormal service times (M/G/c for Poisson arrivals), or calls the model.
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
  /// Called when a request comes to a stage that calls the model; Done() when it is through.
  void OnCall(std::function<void(std::uint32_t request, std::uint32_t stage)> call) { call_ = std::move(call); }
  void Done(std::uint32_t request, std::uint32_t stage) { Pass(stage, request); }
  /// No further stage takes a request; what serves it now goes on in vain.
  void Abandon(std::uint32_t request) { through_.erase(request); }
  bool has_calls() const { return call_ != nullptr; }
  /// Place of the stage that is the answer.
  std::uint32_t answer() const;
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
  void Pass(std::uint32_t stage, std::uint32_t request);

  Engine& engine_;
  std::vector<StageParams> stages_;
  std::vector<State> state_;
  std::unordered_map<std::uint32_t, std::vector<std::uint8_t>> through_;  ///< looked up only
  std::function<void(std::uint32_t)> ready_;
  std::function<void(std::uint32_t, std::uint32_t)> call_;
};

}  // namespace headroom::serving
