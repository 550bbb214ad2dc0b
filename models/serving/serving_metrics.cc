#include <algorithm>
#include <cmath>

#include "models/serving/deployment.h"

namespace headroom::serving {
namespace {

void AddDistribution(MetricSet& metrics, const std::string& name, std::vector<double>& values) {
  if (values.empty()) return;
  double sum = 0.0;
  for (double v : values) sum += v;
  metrics.Set(name + ".mean", sum / static_cast<double>(values.size()), "s");
  metrics.Set(name + ".p50", Percentile(values, 0.50), "s");
  metrics.Set(name + ".p90", Percentile(values, 0.90), "s");
  metrics.Set(name + ".p99", Percentile(values, 0.99), "s");
}

/// hit_rate: prompt tokens read from the tier over all; peak: largest share of one in use.
void AddTiers(const Deployment& d, const std::string& at, MetricSet& metrics) {
  const std::uint64_t prompt = d.totals().prompt_tokens;
  if (d.tiers().replicas.empty() || prompt == 0) return;
  const std::vector<KvTierAccess>& kinds = d.tiers().replicas.front();
  double loads = 0.0, seconds = 0.0;
  for (std::size_t tier = 0; tier < kinds.size(); ++tier) {
    double found = 0.0, peak = 0.0;
    for (std::size_t i = 0; i < d.set().size(); ++i) {
      const KvTierStack& stack = *d.set().replica(i).tiers();
      const KvTier& t = *stack.tiers()[tier].tier;
      found += static_cast<double>(stack.counters().found[tier]);
      if (t.capacity() > 0)
        peak = std::max(peak, static_cast<double>(t.peak()) / static_cast<double>(t.capacity()));
      if (tier > 0) continue;
      loads += static_cast<double>(stack.counters().loads);
      seconds += stack.counters().load_seconds;
    }
    const std::string name = at + "kv_tiers." + kinds[tier].tier->name();
    metrics.Set(name + ".hit_rate",
                found * d.params().replica.prefix_unit_tokens / static_cast<double>(prompt), "1");
    metrics.Set(name + ".peak", peak, "1");
  }
  if (loads > 0.0) metrics.Set(at + "kv_tiers.load.mean", seconds / loads, "s");
}

}  // namespace

void AddMetrics(const Deployment& d, MetricSet& metrics) {
  const std::string at = "workloads." + d.name() + ".";
  const RequestLog& log = d.log();
  const ReplicaCounters totals = d.totals();
  metrics.Set(at + "requests.completed", static_cast<double>(log.completed()), "1");
  metrics.Set(at + "requests.rejected", static_cast<double>(log.rejected()), "1");
  metrics.Set(at + "requests.preempted", static_cast<double>(totals.preemptions), "1");

  std::vector<double> ttft, tpot, e2e, per_user;
  const Slo& slo = d.params().slo;
  double first = Slo::kInf, last = 0.0, input = 0.0, output = 0.0;
  std::uint64_t good = 0;
  for (std::size_t i = 0; i < log.size(); ++i) {
    if (log.state(i) != RequestState::kCompleted) continue;
    const double until_first = log.first_token(i) - log.arrival(i),
                 whole = log.finish(i) - log.arrival(i);
    const std::uint32_t tokens = log.output_tokens(i);
    ttft.push_back(until_first);
    e2e.push_back(whole);
    double each = 0.0;
    if (tokens > 1) {
      each = (whole - until_first) / (tokens - 1);
      tpot.push_back(each);
      per_user.push_back(tokens / (whole - until_first));
    }
    if (until_first <= slo.ttft && each <= slo.tpot && whole <= slo.e2e) ++good;
    first = std::min(first, log.arrival(i));
    last = std::max(last, log.finish(i));
    input += log.input_tokens(i);
    output += tokens;
  }
  AddDistribution(metrics, at + "ttft", ttft);
  AddDistribution(metrics, at + "tpot", tpot);
  if (d.gaps().count() > 0) {
    metrics.Set(at + "itl.mean", d.gaps().mean(), "s");
    metrics.Set(at + "itl.p50", d.gaps().Percentile(0.50), "s");
    metrics.Set(at + "itl.p90", d.gaps().Percentile(0.90), "s");
    metrics.Set(at + "itl.p99", d.gaps().Percentile(0.99), "s");
  }
  AddDistribution(metrics, at + "e2e", e2e);
  if (last > first) {
    metrics.Set(at + "output_tokens_per_second", output / (last - first), "1/s");
    metrics.Set(at + "input_tokens_per_second", input / (last - first), "1/s");
  }
  metrics.Set(at + "output_tokens_per_second_per_user", Percentile(per_user, 0.5), "1/s");
  const std::uint64_t ended = log.completed() + log.rejected();
  if (slo.any() && ended > 0)
    metrics.Set(at + "slo_attainment", static_cast<double>(good) / static_cast<double>(ended), "1");
  if (d.params().replica.prefix_unit_tokens > 0 && totals.prompt_tokens > 0)
    metrics.Set(
        at + "prefix_hit_rate",
        static_cast<double>(totals.cached_tokens) / static_cast<double>(totals.prompt_tokens), "1");
  AddTiers(d, at, metrics);
  metrics.Set(at + "kv_cache_peak", d.kv_peak_share(), "1");
  if (d.params().autoscale && d.lifetime() > 0.0) {
    const double mean = d.held() / d.params().replica.accelerators / d.lifetime();
    metrics.Set(at + "replicas.mean", mean, "1");
    std::uint32_t peak = d.params().autoscale->min;
    for (const ScaleEvent& e : d.scale_events()) peak = std::max(peak, e.replicas);
    metrics.Set(at + "replicas.peak", peak, "1");
  }
  if (const KvTransfer* transfer = d.transfer(); transfer != nullptr && transfer->count() > 0)
    metrics.Set(at + "kv_transfer.mean", transfer->seconds() / static_cast<double>(transfer->count()),
                "s");
  if (totals.output_tokens > 0)
    metrics.Set(at + "energy_per_token", totals.energy / static_cast<double>(totals.output_tokens),
                "J");
}

}  // namespace headroom::serving
