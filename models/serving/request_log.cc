#include "models/serving/request_log.h"

#include <limits>

#include "sim/core/check.h"

namespace headroom::serving {

void RequestLog::Arrive(Request& request) {
  constexpr double kNever = std::numeric_limits<double>::quiet_NaN();
  request.index = static_cast<RequestIndex>(arrival_.size());
  arrival_.push_back(request.arrival);
  first_token_.push_back(kNever);
  finish_.push_back(kNever);
  input_tokens_.push_back(request.input_tokens);
  output_tokens_.push_back(request.output_tokens);
  replica_.push_back(kNoReplica);
  state_.push_back(RequestState::kWaiting);
  class_.push_back(request.request_class);
  group_.push_back(request.group);
  attempts_.push_back(1);
  if (request.task > 0) {
    task_.push_back(request.task);
    stage_.push_back(request.stage);
  }
  ++open_;
}

void RequestLog::End(const Request& request, RequestState ending) {
  RequestState& state = state_[request.index];
  HR_CHECK(state == RequestState::kWaiting, request.index, static_cast<int>(state));
  state = ending;
  rejected_ += ending == RequestState::kRejected;
  shed_ += ending == RequestState::kShed;
  timed_out_ += ending == RequestState::kTimedOut;
  --open_;
}

void RequestLog::Retry(const Request& request) {
  HR_CHECK(state_[request.index] == RequestState::kWaiting, request.index);
  first_token_[request.index] = std::numeric_limits<double>::quiet_NaN();
  ++attempts_[request.index];
  ++retries_;
}

void RequestLog::Finish(const Request& request, double when) {
  RequestState& state = state_[request.index];
  HR_CHECK(state == RequestState::kWaiting, request.index, static_cast<int>(state));
  HR_CHECK(request.generated == request.output_tokens, request.index, request.generated,
           request.output_tokens);
  state = request.warm_up ? RequestState::kWarmUp : RequestState::kCompleted;
  finish_[request.index] = when;
  if (!request.warm_up) ++completed_;
  --open_;
}

Table RequestLog::MakeTable(const std::string& path, const std::vector<std::string>& classes,
                            const std::vector<std::string>& groups, const std::vector<std::string>& calls) const {
  const std::size_t n = size();
  std::vector<std::int64_t> id(n), input(n), output(n), replica(n);
  std::vector<std::uint8_t> state(n);
  for (std::size_t i = 0; i < n; ++i) {
    id[i] = static_cast<std::int64_t>(i);
    input[i] = input_tokens_[i];
    output[i] = output_tokens_[i];
    replica[i] = replica_[i] == kNoReplica ? -1 : replica_[i];
    state[i] = static_cast<std::uint8_t>(state_[i]);
  }
  Table table;
  table.path = path;
  table.dimension = "request";
  table.columns.push_back({"id", "1", "Number in order of arrival", std::move(id), {}});
  table.columns.push_back({"arrival", "s", "Time of arrival", arrival_, {}});
  table.columns.push_back({"first_token", "s", "Time of the first output token", first_token_, {}});
  table.columns.push_back({"finish", "s", "Time of the last output token", finish_, {}});
  table.columns.push_back({"input_tokens", "1", "Tokens of the prompt", std::move(input), {}});
  table.columns.push_back({"output_tokens", "1", "Tokens asked for", std::move(output), {}});
  table.columns.push_back({"replica", "1", "Replica that served it", std::move(replica), {}});
  table.columns.push_back({"state",
                           "1",
                           "How it ended",
                           std::move(state),
                           {"waiting", "completed", "rejected", "warm-up", "shed", "timed-out"}});
  if (!classes.empty())
    table.columns.push_back({"class", "1", "SLO class", class_, classes});
  if (!groups.empty())
    table.columns.push_back({"group", "1", "Model or version that served it", group_, groups});
  if (!task_.empty()) {
    table.columns.push_back({"task", "1", "Number of the task that it is a call of",
                             std::vector<std::int64_t>(task_.begin(), task_.end()), {}});
    table.columns.push_back({"call", "1", "Which call of its task", stage_, calls});
  }
  if (retries_ > 0)
    table.columns.push_back({"attempts", "1", "Times that it was sent",
                             std::vector<std::int64_t>(attempts_.begin(), attempts_.end()), {}});
  return table;
}

}  // namespace headroom::serving
