#include <algorithm>
#include <map>
#include <optional>
#include <queue>

#include "models/serving/block_names.h"
#include "models/serving/request_source.h"
#include "sim/core/check.h"

namespace headroom::serving {
namespace {

/// Sessions whose first requests come from a source of their own and whose later turns come after the
/// answers before them. Answers that do not come (refused, given up) end their session.
class SessionSource : public RequestSource {
 public:
  SessionSource(std::unique_ptr<RequestSource> first, std::uint32_t unit_tokens)
      : first_(std::move(first)), unit_(unit_tokens) {}
  double next_arrival() const override {
    return std::min(first_->next_arrival(), due_.empty() ? kNone : due_.top().when);
  }
  bool exhausted() const override { return first_->exhausted() && open_.empty(); }
  bool closed() const override { return true; }
  Request Take() override {
    const bool begins = due_.empty() || first_->next_arrival() <= due_.top().when;
    if (begins) {
      Request r = first_->Take();
      r.session = ++last_;
      Open& session = open_[r.session];
      session.input = r.input_tokens;
      session.output = r.output_tokens;
      Begin(r, session);
      Name(r, session);
      return r;
    }
    const Due due = due_.top();
    due_.pop();
    Open& session = open_.at(due.session);
    Request r;
    r.arrival = due.when;
    r.session = due.session;
    r.input_tokens = session.input;
    r.output_tokens = session.output;
    r.user = session.user;
    Name(r, session);
    return r;
  }
  void Answered(const Request& r, double when) override {
    const auto found = open_.find(r.session);
    HR_CHECK(found != open_.end(), r.session);
    Open& session = found->second;
    session.user = r.user;
    const bool answered = r.generated == r.output_tokens;
    const std::optional<RequestTrace::Turn> turn = answered ? Next(session) : std::nullopt;
    if (!turn) {
      open_.erase(found);
      if (first_->closed()) first_->Answered(r, when);
      return;
    }
    // A prompt that does not hold all that was said begins a text of its own.
    if (turn->input_tokens <= session.input) ++session.text;
    session.input = turn->input_tokens;
    session.output = turn->output_tokens;
    due_.push({when + turn->pause, r.session});
  }

 protected:
  struct Open {
    std::uint32_t input = 0, output = 0, text = 0, user = 0;
    std::uint64_t next = 0, end = 0;  ///< turns to come
    std::vector<std::uint64_t> names;
  };
  virtual void Begin(const Request& r, Open& session) = 0;
  virtual std::optional<RequestTrace::Turn> Next(Open& session) = 0;

 private:
  struct Due {
    double when;
    std::uint32_t session;
    bool operator>(const Due& o) const {
      return when != o.when ? when > o.when : session > o.session;
    }
  };
  void Name(Request& r, Open& session) const {
    if (unit_ == 0) return;
    const std::uint64_t units = (std::uint64_t{r.input_tokens} + r.output_tokens) / unit_;
    const std::uint64_t text = std::uint64_t{r.session} << 32 | session.text;
    session.names.clear();
    for (std::uint64_t i = 0; i < units; ++i) session.names.push_back(SplitMix(SplitMix(text) + i));
    r.prefix = session.names;
    r.prefix_holds_answer = true;
  }

  std::unique_ptr<RequestSource> first_;
  std::uint32_t unit_, last_ = 0;
  std::map<std::uint32_t, Open> open_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
};

class DrawnSessions final : public SessionSource {
 public:
  DrawnSessions(std::unique_ptr<RequestSource> first, const SessionParams& params,
                const Lengths& lengths, std::uint64_t seed, const std::string& path)
      : SessionSource(std::move(first), params.unit_tokens),
        params_(params),
        lengths_(lengths),
        turns_(seed, path + ".turns"),
        think_(seed, path + ".think"),
        input_(seed, path + ".later_prompt_tokens"),
        output_(seed, path + ".later_output_tokens") {}

 private:
  void Begin(const Request&, Open& session) override { session.end = Draw(params_.turns, turns_) - 1; }
  std::optional<RequestTrace::Turn> Next(Open& session) override {
    if (session.next++ >= session.end) return std::nullopt;
    RequestTrace::Turn turn;
    turn.input_tokens = session.input + session.output + Draw(lengths_.input, input_);
    turn.output_tokens = Draw(lengths_.output, output_);
    if (params_.think > 0.0) turn.pause = think_.Exponential(params_.think);
    return turn;
  }
  SessionParams params_;
  Lengths lengths_;
  RandomStream turns_, think_, input_, output_;
};

class ListedSessions final : public SessionSource {
 public:
  ListedSessions(std::unique_ptr<RequestSource> first, std::vector<RequestTrace::Turn> turns,
                 std::vector<std::uint64_t> begin, std::uint32_t unit_tokens)
      : SessionSource(std::move(first), unit_tokens),
        turns_(std::move(turns)),
        begin_(std::move(begin)) {}

 private:
  void Begin(const Request&, Open& session) override {
    session.next = begin_[row_];
    session.end = begin_[++row_];
  }
  std::optional<RequestTrace::Turn> Next(Open& session) override {
    if (session.next == session.end) return std::nullopt;
    return turns_[session.next++];
  }
  std::vector<RequestTrace::Turn> turns_;
  std::vector<std::uint64_t> begin_;
  std::size_t row_ = 0;
};

}  // namespace

std::unique_ptr<RequestSource> MakeSessionSource(std::unique_ptr<RequestSource> first,
                                                 const SessionParams& params,
                                                 const Lengths& lengths, std::uint64_t seed,
                                                 const std::string& path) {
  return std::make_unique<DrawnSessions>(std::move(first), params, lengths, seed, path);
}

std::unique_ptr<RequestSource> MakeSessionTraceSource(RequestTrace trace, double rate_scale,
                                                      std::uint64_t count,
                                                      std::uint32_t unit_tokens) {
  std::vector<RequestTrace::Turn> turns = std::move(trace.turns);
  std::vector<std::uint64_t> begin = std::move(trace.turn_begin);
  trace.turns.clear();
  trace.turn_begin.clear();
  return std::make_unique<ListedSessions>(MakeTraceSource(std::move(trace), rate_scale, count),
                                          std::move(turns), std::move(begin), unit_tokens);
}

}  // namespace headroom::serving
