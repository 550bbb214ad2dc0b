#include "scenarios/build/serve_requests.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "scenarios/read/traces/request_trace_reader.h"

namespace headroom::scenario {

serving::TokenDistribution TokensOf(const schema::TokenDistribution& d) {
  switch (d.kind_case()) {
    case schema::TokenDistribution::kFixed: return serving::FixedTokens{d.fixed()};
    case schema::TokenDistribution::kUniform: return serving::UniformTokens{d.uniform().from(), d.uniform().to()};
    default: return serving::LognormalTokens{d.lognormal().mean(), d.lognormal().sigma()};
  }
}

namespace {

class RequestBuilder {
 public:
  RequestBuilder(const WorkSite& site, const serving::IterationCost& cost)
      : site_(site),
        cost_(cost),
        r_(site.workload.serve().requests()),
        path_(site.path + ".serve.requests"),
        count_(r_.has_count() ? r_.count() : serving::kUnlimited),
        caching_(site.workload.serve().kv_cache().prefix_caching()) {}

  ServeRequests Build() {
    if (!r_.trace().empty()) return FromTrace();
    if (r_.has_from() || r_.has_until()) Error("from", "and until cut a trace, and there is none");
    if (!r_.format().empty()) Error("format", "is of a trace, and there is none");
    CheckScale();
    if (!r_.has_prompt_tokens() || r_.prompt_tokens().kind_case() == 0) Error("prompt_tokens", "is needed where there is no trace");
    if (!r_.has_output_tokens() || r_.output_tokens().kind_case() == 0) Error("output_tokens", "is needed where there is no trace");
    if (!site_.context.diagnostics.ok()) return {};
    return Synthetic({TokensOf(r_.prompt_tokens()), TokensOf(r_.output_tokens()), nullptr});
  }

 private:
  void Error(const std::string& key, const std::string& text) const {
    site_.context.Error(key.empty() ? path_ : path_ + "." + key, text);
  }
  void CheckScale() const {
    if (r_.rate_scale() != 1.0) Error("rate_scale", "is of recorded arrivals, and there are none; change the arrival");
  }
  std::uint32_t OwnUnit() const { return caching_ ? cost_.engine().block_tokens : 0; }

  ServeRequests FromTrace() {
    if (r_.format().empty()) {
      Error("format", "is needed with a trace: azure-llm, mooncake, burstgpt, vidur, token-lines, agents, sharegpt or vllm-bench");
      return {};
    }
    const std::string file = r_.trace().front() == '/' ? r_.trace() : site_.folder + "/" + r_.trace();
    serving::RequestTrace trace = ReadRequestTrace(file, r_.format(), site_.context.diagnostics);
    if (trace.size() == 0) return {};
    const bool arrives = r_.has_arrival() && r_.arrival().kind_case() != 0;
    if (trace.has_arrivals() && (arrives || r_.has_prompt_tokens() || r_.has_output_tokens() || r_.has_sessions() ||
                                 r_.has_shared_prefix())) {
      Error("", "has a trace and distributions; give one of them");
      return {};
    }
    if (!trace.has_arrivals()) {
      if (!arrives) Error("arrival", "is needed: the trace has lengths and no arrivals");
      if (r_.has_prompt_tokens() || r_.has_output_tokens()) Error("", "has a trace of lengths and distributions of them; give one");
      if (r_.has_from() || r_.has_until()) Error("from", "and until cut arrivals, and the trace has none");
      CheckScale();
      if (!site_.context.diagnostics.ok()) return {};
      if (trace.has_turns())
        site_.context.Warning(path_ + ".format", "the trace has no arrivals, so only the first turn of each conversation is asked");
      if (caching_ && trace.has_prefixes())
        site_.context.Warning(path_ + ".format", "the trace has no arrivals, so equal prefixes of its prompts are not reused");
      return Synthetic({{}, {}, std::make_shared<const serving::RequestTrace>(std::move(trace))});
    }
    if (r_.has_from() || r_.has_until()) {
      serving::Cut(trace, r_.from(), r_.has_until() ? r_.until() : std::numeric_limits<double>::infinity());
      if (trace.size() == 0) {
        Error("from", "and until leave no request of the trace");
        return {};
      }
    }
    ServeRequests out;
    const bool names = trace.has_prefixes() || trace.has_turns();
    if (caching_ && !names)
      site_.context.Warning(site_.path + ".serve.kv_cache.prefix_caching", "the trace has no prefixes, so none is ever reused");
    out.prefix_unit = !caching_ ? 0 : trace.has_prefixes() ? trace.hash_tokens : cost_.engine().block_tokens;
    const std::size_t asked = std::min<std::uint64_t>(count_, trace.size());
    out.last_arrival = trace.arrival[asked - 1] / r_.rate_scale();
    for (std::size_t i = 0; i < asked && *out.last_arrival > 0.0; ++i) out.prompt_rate += trace.input_tokens[i] / *out.last_arrival;
    out.source = trace.has_turns()
                     ? serving::MakeSessionTraceSource(std::move(trace), r_.rate_scale(), count_, out.prefix_unit)
                     : serving::MakeTraceSource(std::move(trace), r_.rate_scale(), count_);
    return out;
  }

  ServeRequests Synthetic(const serving::Lengths& lengths) {
    ServeRequests out;
    if (!r_.has_arrival() || r_.arrival().kind_case() == 0) {
      Error("arrival", "is needed where there is no trace");
      return out;
    }
    out.prefix_unit = OwnUnit();
    serving::SharedPrefixes prefixes;
    if (r_.has_shared_prefix()) {
      if (r_.has_sessions()) {
        Error("shared_prefix", "is given, and so are sessions; give one of them");
        return out;
      }
      prefixes = {r_.shared_prefix().count(), r_.shared_prefix().tokens(), out.prefix_unit};
    }
    const std::uint64_t seed = site_.context.scenario.seed();
    const std::string stream = "workloads." + site_.workload.name();
    const schema::Arrival& a = r_.arrival();
    double rate = 0.0;
    if (a.has_closed_loop()) {
      const auto tokens = [](double mean) { return static_cast<std::uint32_t>(std::max(1.0, mean)); };
      const bool rows = lengths.rows != nullptr;
      const double spread =
          cost_.LoneRequest(rows ? lengths.rows->input_tokens[0] : tokens(serving::Mean(lengths.input)),
                            rows ? lengths.rows->output_tokens[0] : tokens(serving::Mean(lengths.output)));
      const std::uint32_t users = a.closed_loop().users();
      rate = users / (spread + a.closed_loop().think());
      out.source = serving::MakeClosedLoopSource({users, spread, true, a.closed_loop().think()}, lengths, count_, seed, stream,
                                                 prefixes);
    } else if (a.has_gamma()) {
      rate = a.gamma().rate();
      out.source = serving::MakeGammaSource({rate, a.gamma().shape()}, lengths, count_, seed, stream, prefixes);
    } else if (a.has_bursts()) {
      const schema::Bursts& b = a.bursts();
      rate = (b.rate() * b.gap() + b.peak() * b.length()) / (b.gap() + b.length());
      out.source = serving::MakeBurstSource({b.rate(), b.peak(), b.length(), b.gap()}, lengths, count_, seed, stream, prefixes);
    } else {
      serving::PoissonArrivals arrivals{a.poisson(), 1.0};
      if (a.has_diurnal()) arrivals = {a.diurnal().mean(), a.diurnal().peak_to_trough()};
      rate = arrivals.rate;
      out.source = serving::MakePoissonSource(arrivals, lengths, count_, seed, stream, prefixes);
    }
    const bool listed = lengths.rows != nullptr;
    const double prompt = listed ? static_cast<double>(std::accumulate(lengths.rows->input_tokens.begin(), lengths.rows->input_tokens.end(), 0ull)) /
                                       static_cast<double>(lengths.rows->size())
                                 : serving::Mean(lengths.input);
    out.prompt_rate = rate * (prompt + prefixes.tokens);
    if (r_.has_count()) out.last_arrival = static_cast<double>(count_) / rate;
    if (r_.has_sessions()) {
      if (r_.sessions().turns().kind_case() == 0) {
        Error("sessions.turns", "is needed");
        return {};
      }
      out.source = serving::MakeSessionSource(std::move(out.source),
                                              {TokensOf(r_.sessions().turns()), r_.sessions().think(), out.prefix_unit}, lengths,
                                              seed, stream);
    }
    return out;
  }

  const WorkSite& site_;
  const serving::IterationCost& cost_;
  const schema::Requests& r_;
  std::string path_;
  std::uint64_t count_;
  bool caching_;
};

}  // namespace

ServeRequests RequestsOf(const WorkSite& site, const serving::IterationCost& cost) {
  return RequestBuilder(site, cost).Build();
}

}  // namespace headroom::scenario
