#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/serving/latency_histogram.h"
#include "models/serving/request.h"
#include "sim/probe/recorder.h"

namespace headroom::serving {

enum class RequestState : std::uint8_t {
  kWaiting = 0,  ///< arrived, not answered when the run ended
  kCompleted = 1,
  kRejected = 2,  ///< could never be served: longer than the model or the KV cache allows
  kWarmUp = 3,    ///< answered, not counted
};

/// Every request of a deployment, one row per request in order of arrival. Each ends once: a second
/// answer is a defect.
class RequestLog {
 public:
  /// Adds a row and gives the request its index.
  void Arrive(Request& request);
  void Assign(const Request& request, std::uint16_t replica) { replica_[request.index] = replica; }
  void Reject(const Request& request);
  void FirstToken(const Request& request, double when) { first_token_[request.index] = when; }
  void Finish(const Request& request, double when);

  std::size_t size() const { return arrival_.size(); }
  std::uint64_t completed() const { return completed_; }  ///< warm-up not counted
  std::uint64_t rejected() const { return rejected_; }
  /// Rows neither answered nor rejected.
  std::uint64_t open() const { return open_; }

  double arrival(std::size_t i) const { return arrival_[i]; }
  double first_token(std::size_t i) const { return first_token_[i]; }
  double finish(std::size_t i) const { return finish_[i]; }
  std::uint32_t input_tokens(std::size_t i) const { return input_tokens_[i]; }
  std::uint32_t output_tokens(std::size_t i) const { return output_tokens_[i]; }
  std::uint16_t replica(std::size_t i) const { return replica_[i]; }
  RequestState state(std::size_t i) const { return state_[i]; }

  /// Columns id, arrival, first_token, finish, input_tokens, output_tokens, replica, state; NaN and
  /// -1 where a request has none.
  Table MakeTable(const std::string& path) const;

 private:
  std::vector<double> arrival_, first_token_, finish_;
  std::vector<std::uint32_t> input_tokens_, output_tokens_;
  std::vector<std::uint16_t> replica_;
  std::vector<RequestState> state_;
  std::uint64_t completed_ = 0, rejected_ = 0, open_ = 0;
};

}  // namespace headroom::serving
