#include "models/serving/request_source.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <type_traits>
#include <queue>

#include "models/serving/block_names.h"
#include "sim/core/check.h"

namespace headroom::serving {
namespace {

constexpr double kDay = 86400.0;

class LengthStream {
 public:
  LengthStream(const Lengths& lengths, const SharedPrefixes& prefixes, std::uint64_t seed,
               const std::string& path)
      : lengths_(lengths),
        prefixes_(prefixes),
        input_(seed, path + ".prompt_tokens"),
        output_(seed, path + ".output_tokens"),
        prefix_(seed, path + ".shared_prefix") {
    units_ = prefixes.unit_tokens == 0 ? 0 : prefixes.tokens / prefixes.unit_tokens;
    for (std::uint64_t i = 0; i < std::uint64_t{prefixes.count} * units_; ++i)
      names_.push_back(SplitMix(i + 1));
  }
  void Fill(Request& r) {
    if (lengths_.rows != nullptr) {
      r.input_tokens = lengths_.rows->input_tokens[row_];
      r.output_tokens = lengths_.rows->output_tokens[row_];
      row_ = (row_ + 1) % lengths_.rows->size();
    } else {
      r.input_tokens = Draw(lengths_.input, input_);
      r.output_tokens = Draw(lengths_.output, output_);
    }
    if (prefixes_.count == 0) return;
    r.input_tokens += prefixes_.tokens;
    const std::uint64_t which = prefix_.Below(prefixes_.count);
    r.prefix = std::span<const std::uint64_t>(names_).subspan(which * units_, units_);
  }

 private:
  Lengths lengths_;
  SharedPrefixes prefixes_;
  std::uint64_t units_ = 0;
  std::size_t row_ = 0;
  std::vector<std::uint64_t> names_;
  RandomStream input_, output_, prefix_;
};

/// Gaps of PoissonArrivals.
class PoissonGaps {
 public:
  PoissonGaps(const PoissonArrivals& arrivals, RandomStream random)
      : swing_((arrivals.peak_to_trough - 1.0) / (arrivals.peak_to_trough + 1.0)),
        largest_(arrivals.rate * (1.0 + swing_)),
        random_(std::move(random)) {}
  double After(double t) {
    do {
      t += random_.Exponential(1.0 / largest_);
      if (swing_ == 0.0) return t;
    } while (random_.Uniform() * (1.0 + swing_) >
             1.0 - swing_ * std::cos(2.0 * std::numbers::pi * t / kDay));
    return t;
  }
  /// 0 where the rate swings over the day.
  double constant_rate() const { return swing_ == 0.0 ? largest_ : 0.0; }
  void SetRate(double rate) { largest_ = rate; }

 private:
  double swing_, largest_;
  RandomStream random_;
};

class GammaGaps {
 public:
  GammaGaps(const GammaArrivals& arrivals, RandomStream random)
      : arrivals_(arrivals), random_(std::move(random)) {}
  double After(double t) { return t + Gamma(arrivals_.shape) / (arrivals_.shape * arrivals_.rate); }

 private:
  double Gamma(double shape) {
    if (shape < 1.0) {
      const double u = 1.0 - random_.Uniform();
      return Gamma(shape + 1.0) * std::pow(u, 1.0 / shape);
    }
    const double d = shape - 1.0 / 3.0, c = 1.0 / std::sqrt(9.0 * d);
    while (true) {
      const double x = random_.Normal(), v = std::pow(1.0 + c * x, 3);
      const double u = 1.0 - random_.Uniform();
      if (v > 0.0 && std::log(u) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
    }
  }
  GammaArrivals arrivals_;
  RandomStream random_;
};

class BurstGaps {
 public:
  BurstGaps(const BurstArrivals& arrivals, RandomStream random)
      : arrivals_(arrivals), random_(std::move(random)) {
    turns_ = random_.Exponential(arrivals_.calm);
  }
  double After(double t) {
    while (true) {
      const double rate = burst_ ? arrivals_.peak : arrivals_.rate;
      const double next = t + random_.Exponential(1.0 / rate);
      if (next <= turns_) return next;
      t = turns_;
      burst_ = !burst_;
      turns_ += random_.Exponential(burst_ ? arrivals_.burst : arrivals_.calm);
    }
  }

 private:
  BurstArrivals arrivals_;
  bool burst_ = false;
  double turns_ = 0.0;  ///< when the burst, or the calm, is over
  RandomStream random_;
};

template <class Gaps>
class OpenSource final : public RequestSource {
 public:
  OpenSource(Gaps gaps, LengthStream lengths, std::uint64_t count)
      : gaps_(std::move(gaps)), lengths_(std::move(lengths)), left_(count) {
    next_ = gaps_.After(0.0);
  }
  double next_arrival() const override { return left_ > 0 ? next_ : kNone; }
  bool exhausted() const override { return left_ == 0; }
  /// What is left of the gap under way shrinks or grows with the rate: arrivals stay Poisson.
  bool SetRate(double now, double rate) override {
    if constexpr (std::is_same_v<Gaps, PoissonGaps>) {
      const double was = gaps_.constant_rate();
      if (was <= 0.0) return false;
      if (next_ > now) next_ = now + (next_ - now) * was / rate;
      gaps_.SetRate(rate);
      return true;
    }
    return false;
  }
  Request Take() override {
    HR_CHECK(left_ > 0, left_);
    Request r;
    r.arrival = next_;
    lengths_.Fill(r);
    if (left_ != kUnlimited) --left_;
    next_ = gaps_.After(next_);
    return r;
  }

 private:
  Gaps gaps_;
  LengthStream lengths_;
  std::uint64_t left_;
  double next_ = 0.0;
};

class ClosedLoopSource final : public RequestSource {
 public:
  ClosedLoopSource(const ClosedLoop& loop, const Lengths& lengths, std::uint64_t count,
                   std::uint64_t seed, const std::string& path, const SharedPrefixes& prefixes)
      : left_(count),
        think_(loop.think),
        lengths_(lengths, prefixes, seed, path),
        thoughts_(seed, path + ".think") {
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
  void Answered(const Request& r, double when) override {
    ready_.push({think_ > 0.0 ? when + thoughts_.Exponential(think_) : when, r.user, false});
  }

 private:
  struct Ready {
    double when;
    std::uint32_t user;
    bool first;
    bool operator>(const Ready& o) const { return when != o.when ? when > o.when : user > o.user; }
  };
  std::uint64_t left_;
  double think_;
  LengthStream lengths_;
  RandomStream thoughts_;
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
    if (!trace_.session.empty()) r.session = trace_.session[next_];
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
                                                 std::uint64_t seed, const std::string& path,
                                                 const SharedPrefixes& prefixes) {
  return std::make_unique<OpenSource<PoissonGaps>>(
      PoissonGaps(arrivals, RandomStream(seed, path + ".arrivals")),
      LengthStream(lengths, prefixes, seed, path), count);
}

std::unique_ptr<RequestSource> MakeGammaSource(const GammaArrivals& arrivals,
                                               const Lengths& lengths, std::uint64_t count,
                                               std::uint64_t seed, const std::string& path,
                                               const SharedPrefixes& prefixes) {
  return std::make_unique<OpenSource<GammaGaps>>(
      GammaGaps(arrivals, RandomStream(seed, path + ".arrivals")),
      LengthStream(lengths, prefixes, seed, path), count);
}

std::unique_ptr<RequestSource> MakeBurstSource(const BurstArrivals& arrivals,
                                               const Lengths& lengths, std::uint64_t count,
                                               std::uint64_t seed, const std::string& path,
                                               const SharedPrefixes& prefixes) {
  return std::make_unique<OpenSource<BurstGaps>>(
      BurstGaps(arrivals, RandomStream(seed, path + ".arrivals")),
      LengthStream(lengths, prefixes, seed, path), count);
}

std::unique_ptr<RequestSource> MakeClosedLoopSource(const ClosedLoop& loop, const Lengths& lengths,
                                                    std::uint64_t count, std::uint64_t seed,
                                                    const std::string& path,
                                                    const SharedPrefixes& prefixes) {
  return std::make_unique<ClosedLoopSource>(loop, lengths, count, seed, path, prefixes);
}

std::unique_ptr<RequestSource> MakeTraceSource(RequestTrace trace, double rate_scale,
                                               std::uint64_t count) {
  return std::make_unique<TraceSource>(std::move(trace), rate_scale, count);
}

void Cut(RequestTrace& t, double from, double until) {
  HR_CHECK(t.has_arrivals(), t.size());
  const auto at = [&](double when) {
    return std::lower_bound(t.arrival.begin(), t.arrival.end(), when) - t.arrival.begin();
  };
  const auto first = at(from), last = std::max(first, at(until));
  const auto keep = [&](auto& column, std::ptrdiff_t end) {
    if (column.empty()) return;
    column.erase(column.begin() + end, column.end());
    column.erase(column.begin(), column.begin() + first);
  };
  // The beginnings of blocks and turns stay as they are: they point into whole columns.
  keep(t.hash_begin, last + 1);
  keep(t.turn_begin, last + 1);
  keep(t.arrival, last);
  keep(t.input_tokens, last);
  keep(t.output_tokens, last);
  keep(t.session, last);
  for (double& a : t.arrival) a -= from;
}

}  // namespace headroom::serving
