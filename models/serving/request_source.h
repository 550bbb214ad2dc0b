#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "models/serving/request.h"
#include "models/serving/request_trace.h"
#include "sim/core/random.h"

namespace headroom::serving {

/// Where requests come from, one by one in order of arrival; none is made before it is taken.
class RequestSource {
 public:
  static constexpr double kNone = std::numeric_limits<double>::infinity();
  virtual ~RequestSource() = default;
  /// When the next request arrives [s]; kNone if none is due as things stand.
  virtual double next_arrival() const = 0;
  virtual Request Take() = 0;
  /// True if no request will come any more, whatever is answered.
  virtual bool exhausted() const = 0;
  /// True if answers bring requests.
  virtual bool closed() const { return false; }
  /// Another rate of arrivals from `now` [s] on; false where they have no constant rate of their own.
  virtual bool SetRate(double now, double rate) {
    (void)now, (void)rate;
    return false;
  }
  /// `r` was answered (or rejected) at `when`.
  virtual void Answered(const Request& r, double when) { (void)r, (void)when; }
};

struct FixedTokens {
  std::uint32_t tokens = 1;
};
/// Arithmetic mean and deviation of the logarithm; rounded, at least 1.
struct LognormalTokens {
  double mean = 1.0, sigma = 0.0;
};
struct UniformTokens {
  std::uint32_t from = 1, to = 1;
};  ///< both included
using TokenDistribution = std::variant<FixedTokens, LognormalTokens, UniformTokens>;
std::uint32_t Draw(const TokenDistribution& distribution, RandomStream& random);
double Mean(const TokenDistribution& distribution);

struct Lengths {
  TokenDistribution input = FixedTokens{512}, output = FixedTokens{128};
  /// If given, lengths of requests are those of its rows in turn, over and over.
  std::shared_ptr<const RequestTrace> rows = nullptr;
};

/// `count` texts of `tokens`, of which each prompt begins with one at random, its own part after it.
struct SharedPrefixes {
  std::uint32_t count = 0, tokens = 0;
  std::uint32_t unit_tokens = 0;  ///< of a hashed block; 0: no prefix caching
};

/// Poisson arrivals at rate(t) = mean * (1 - a * cos(2 pi t / day)), a = (r - 1)/(r + 1) for the
/// ratio r of the largest to the smallest rate; r = 1 is a constant rate. Drawn by thinning (Lewis
/// and Shedler 1979). t = 0 is the trough.
struct PoissonArrivals {
  double rate = 1.0;  ///< 1/s, mean over a day
  double peak_to_trough = 1.0;
};

/// Gaps are gamma distributed with this mean rate and coefficient of variation 1/sqrt(shape): shape
/// 1 is Poisson, below 1 bursty (`burstiness` of `vllm bench serve`). Marsaglia and Tsang 2000.
struct GammaArrivals {
  double rate = 1.0, shape = 1.0;
};

/// Poisson at `rate`, but for bursts at `peak`: lengths of bursts and of the times between are
/// exponential (a Markov-modulated Poisson process).
struct BurstArrivals {
  double rate = 1.0, peak = 1.0;      ///< 1/s
  double burst = 60.0, calm = 600.0;  ///< s, means
};

/// `users` that each send a request, wait for the answer and send the next at once. They start
/// evenly spread over `spread` seconds; each user's first request is warm-up.
struct ClosedLoop {
  std::uint32_t users = 1;
  double spread = 0.0;  ///< s: one request's time; 0: all at once, as load generators do
  bool warm_up = true;  ///< false: first requests count too
  double think = 0.0;   ///< s from an answer to the next request, mean of an exponential
};

/// Conversations: each request of the source begins one of `turns` turns. A user thinks for `think`
/// (mean of an exponential), then the next prompt is everything said so far and a new prompt.
struct SessionParams {
  TokenDistribution turns = FixedTokens{1};
  double think = 0.0;             ///< s
  std::uint32_t unit_tokens = 0;  ///< of a hashed block; 0: no prefix caching
};

constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

/// `path` names the random streams ("workloads.chat"); `count` bounds the requests, warm-up
/// included.
std::unique_ptr<RequestSource> MakePoissonSource(const PoissonArrivals& arrivals,
                                                 const Lengths& lengths, std::uint64_t count,
                                                 std::uint64_t seed, const std::string& path,
                                                 const SharedPrefixes& prefixes = {});
std::unique_ptr<RequestSource> MakeGammaSource(const GammaArrivals& arrivals,
                                               const Lengths& lengths, std::uint64_t count,
                                               std::uint64_t seed, const std::string& path,
                                               const SharedPrefixes& prefixes = {});
std::unique_ptr<RequestSource> MakeBurstSource(const BurstArrivals& arrivals,
                                               const Lengths& lengths, std::uint64_t count,
                                               std::uint64_t seed, const std::string& path,
                                               const SharedPrefixes& prefixes = {});
std::unique_ptr<RequestSource> MakeClosedLoopSource(const ClosedLoop& loop, const Lengths& lengths,
                                                    std::uint64_t count, std::uint64_t seed,
                                                    const std::string& path,
                                                    const SharedPrefixes& prefixes = {});
/// Arrivals of the trace, `rate_scale` times as fast, the first `count` of them.
std::unique_ptr<RequestSource> MakeTraceSource(RequestTrace trace, double rate_scale,
                                               std::uint64_t count);
/// Sessions that begin with the requests of `first`, which ends.
std::unique_ptr<RequestSource> MakeSessionSource(std::unique_ptr<RequestSource> first,
                                                 const SessionParams& params,
                                                 const Lengths& lengths, std::uint64_t seed,
                                                 const std::string& path);
/// Sessions of a trace with turns: a turn comes `pause` after the answer before. Its prompt shares
/// what was said so far if it is longer than that.
std::unique_ptr<RequestSource> MakeSessionTraceSource(RequestTrace trace, double rate_scale,
                                                      std::uint64_t count,
                                                      std::uint32_t unit_tokens);
/// Rows that arrive in [from, until) s, `from` being time 0 then.
void Cut(RequestTrace& trace, double from, double until);

}  // namespace headroom::serving
