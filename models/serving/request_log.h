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
  kShed = 4,      ///< turned away by admission control
  kTimedOut = 5,  ///< given up by its user
};

/// Every request of a deployment, one row per request in order of arrival. Each ends once: a second
/// answer is a defect.
class RequestLog {
 public:
  static constexpr std::uint16_t kNoReplica = 0xffff;
  /// Adds a row and gives the request its index.
  void Arrive(Request& request);
  void Assign(const Request& request, std::uint16_t replica) { replica_[request.index] = replica; }
  void Reject(const Request& request) { End(request, RequestState::kRejected); }
  /// Ends without an answer.
  void End(const Request& request, RequestState state);
  /// Is tried again from its first token on.
  void Retry(const Request& request);
  void FirstToken(const Request& request, double when) { first_token_[request.index] = when; }
  void Finish(const Request& request, double when);

  std::size_t size() const { return arrival_.size(); }
  std::uint64_t completed() const { return completed_; }  ///< warm-up not counted
  std::uint64_t rejected() const { return rejected_; }
  std::uint64_t shed() const { return shed_; }
  std::uint64_t timed_out() const { return timed_out_; }
  std::uint64_t retries() const { return retries_; }
  /// Rows neither answered nor rejected.
  std::uint64_t open() const { return open_; }

  double arrival(std::size_t i) const { return arrival_[i]; }
  double first_token(std::size_t i) const { return first_token_[i]; }
  double finish(std::size_t i) const { return finish_[i]; }
  std::uint32_t input_tokens(std::size_t i) const { return input_tokens_[i]; }
  std::uint32_t output_tokens(std::size_t i) const { return output_tokens_[i]; }
  std::uint16_t replica(std::size_t i) const { return replica_[i]; }
  RequestState state(std::size_t i) const { return state_[i]; }
  std::uint8_t request_class(std::size_t i) const { return class_[i]; }
  std::uint8_t group(std::size_t i) const { return group_[i]; }
  void SetGroup(const Request& request) { group_[request.index] = request.group; }
  std::uint8_t attempts(std::size_t i) const { return attempts_[i]; }
  /// Request::stage of a task's call; 0 where there are no tasks.
  std::uint8_t stage(std::size_t i) const { return stage_.empty() ? 0 : stage_[i]; }

  /// Columns id, arrival, first_token, finish, input_tokens, output_tokens, replica, state; NaN and
  /// -1 where a request has none. With `classes` or `groups`, their names, also class or model, of
  /// tasks also task and, by the names of `calls`, call, and attempts where a request was tried again.
  Table MakeTable(const std::string& path, const std::vector<std::string>& classes = {},
                  const std::vector<std::string>& groups = {}, const std::vector<std::string>& calls = {}) const;

 private:
  std::vector<double> arrival_, first_token_, finish_;
  std::vector<std::uint32_t> input_tokens_, output_tokens_;
  std::vector<std::uint16_t> replica_;
  std::vector<RequestState> state_;
  std::vector<std::uint8_t> class_, group_, attempts_, stage_;
  std::vector<std::uint32_t> task_;
  std::uint64_t completed_ = 0, rejected_ = 0, shed_ = 0, timed_out_ = 0, retries_ = 0, open_ = 0;
};

}  // namespace headroom::serving
