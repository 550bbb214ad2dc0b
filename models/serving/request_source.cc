#include "models/serving/request_source.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <queue>

#include "sim/core/check.h"

namespace headroom::serving {
namespace {

constexpr double kDay = 86400.0;

class LengthStream {
 public:
  LengthStream(const Lengths& lengths, std::uint64_t seed, const std::string& path)
      : lengths_(lengths),
        input_(seed, path + ".prompt_tokens"),
        output_(seed, path + ".output_tokens") {}
  void Fill(Request& r) {
    r.input_tokens = Draw(lengths_.input, input_);
    r.output_tokens = Draw(lengths_.output, output_);
  }

 private:
  Lengths lengths_;
  RandomStream input_, output_;
};

class PoissonSource final : public RequestSource {
 public:
  PoissonSource(const PoissonArrivals& arrivals, const Lengths& lengths, std::uint64_t count,
                std::uint64_t seed, const std::string& path)
      : swing_((arrivals.peak_to_trough - 1.0) / (arrivals.peak_to_trough + 1.0)),
        largest_(arrivals.rate * (1.0 + swing_)),
        left_(count),
        lengths_(lengths, seed, path),
        gaps_(seed, path + ".arrivals") {
    Step();
  }
  double next_arrival() const override { return left_ > 0 ? next_ : kNone; }
  bool exhausted() const override { return left_ == 0; }
  /// What is left of the gap under way shrinks or grows with the rate: arrivals stay Poisson.
  bool SetRate(double now, double rate) override {
    if (swing_ != 0.0) return false;
    if (next_ > now) next_ = now + (next_ - now) * largest_ / rate;
    largest_ = rate;
    return true;
  }
  Request Take() override {
    HR_CHECK(left_ > 0, left_);
    Request r;
    r.arrival = next_;
    lengths_.Fill(r);
    if (left_ != kUnlimited) --left_;
    Step();
    return r;
  }

 private:
  void Step() {
    do {
      next_ += gaps_.Exponential(1.0 / largest_);
      if (swing_ == 0.0) return;
    } while (gaps_.Uniform() * (1.0 + swing_) >
             1.0 - swing_ * std::cos(2.0 * std::numbers::pi * next_ / kDay));
  }
  double swing_, largest_, next_ = 0.0;
  std::uint64_t left_;
  LengthStream lengths_;
  RandomStream gaps_;
};

class ClosedLoopSource final : public RequestSource {
 public:
  ClosedLoopSource(const ClosedLoop& loop, const Lengths& lengths, std::uint64_t count,
                   std::uint64_t seed, const std::string& path)
      : left_(count), lengths_(lengths, seed, path) {
    for (std::uint32_t u = 0; u < loop.users; ++u)
      ready_.push({loop.spread * u / loop.users, u, loop.warm_up});
  }
  double next_arrival() const override {
    return left_ == 0 || ready_.empty() ? kNone : ready_.top().when;
  }
  bool exhausted() const override { return left_ == 0; }
  bool closed() const override { return true; }
  Request Take() override {
    HR_CHECK(left_ > 0 && !ready_.empty(), left_);
    Request r;
    r.arrival = ready_.top().when;
    r.user = ready_.top().user;
    r.warm_up = ready_.top().first;
    ready_.pop();
    lengths_.Fill(r);
    if (left_ != kUnlimited) --left_;
    return r;
  }
  void Answered(const Request& r, double when) override { ready_.push({when, r.user, false}); }

 private:
  struct Ready {
    double when;
    std::uint32_t user;
    bool first;
    bool operator>(const Ready& o) const { return when != o.when ? when > o.when : user > o.user; }
  };
  std::uint64_t left_;
  LengthStream lengths_;
  std::priority_queue<Ready, std::vector<Ready>, std::greater<>> ready_;
};

class TraceSource final : public RequestSource {
 public:
  TraceSource(RequestTrace trace, double rate_scale, std::uint64_t count)
      : trace_(std::move(trace)),
        scale_(rate_scale),
        end_(static_cast<std::size_t>(std::min<std::uint64_t>(count, trace_.size()))) {}
  double next_arrival() const override {
    return exhausted() ? kNone : trace_.arrival[next_] / scale_;
  }
  bool exhausted() const override { return next_ == end_; }
  Request Take() override {
    HR_CHECK(!exhausted(), next_);
    Request r;
    r.arrival = next_arrival();
    r.input_tokens = trace_.input_tokens[next_];
    r.output_tokens = trace_.output_tokens[next_];
    if (trace_.has_prefixes())
      r.prefix = std::span(trace_.hashes)
                     .subspan(trace_.hash_begin[next_],
                              trace_.hash_begin[next_ + 1] - trace_.hash_begin[next_]);
    ++next_;
    return r;
  }

 private:
  RequestTrace trace_;
  double scale_;
  std::size_t next_ = 0, end_;
};

}  // namespace

std::uint32_t Draw(const TokenDistribution& distribution, RandomStream& random) {
  if (const auto* fixed = std::get_if<FixedTokens>(&distribution)) return fixed->tokens;
  if (const auto* uniform = std::get_if<UniformTokens>(&distribution))
    return uniform->from +
           static_cast<std::uint32_t>(random.Below(uniform->to - uniform->from + 1ull));
  const auto& lognormal = std::get<LognormalTokens>(distribution);
  const double tokens = std::round(random.Lognormal(lognormal.mean, lognormal.sigma));
  return static_cast<std::uint32_t>(std::clamp(tokens, 1.0, 4e9));
}

double Mean(const TokenDistribution& distribution) {
  if (const auto* fixed = std::get_if<FixedTokens>(&distribution)) return fixed->tokens;
  if (const auto* uniform = std::get_if<UniformTokens>(&distribution))
    return 0.5 * (static_cast<double>(uniform->from) + uniform->to);
  return std::get<LognormalTokens>(distribution).mean;
}

std::unique_ptr<RequestSource> MakePoissonSource(const PoissonArrivals& arrivals,
                                                 const Lengths& lengths, std::uint64_t count,
                                                 std::uint64_t seed, const std::string& path) {
  return std::make_unique<PoissonSource>(arrivals, lengths, count, seed, path);
}

std::unique_ptr<RequestSource> MakeClosedLoopSource(const ClosedLoop& loop, const Lengths& lengths,
                                                    std::uint64_t count, std::uint64_t seed,
                                                    const std::string& path) {
  return std::make_unique<ClosedLoopSource>(loop, lengths, count, seed, path);
}

std::unique_ptr<RequestSource> MakeTraceSource(RequestTrace trace, double rate_scale,
                                               std::uint64_t count) {
  return std::make_unique<TraceSource>(std::move(trace), rate_scale, count);
}

}  // namespace headroom::serving
