#include <algorithm>
#include <cmath>
#include <tuple>

#include "models/serving/deployment.h"
#include "models/serving/kernel_shares.h"

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

/// Requests of one kind, as they end.
struct Answers {
  std::vector<double> ttft, tpot, e2e, per_user;
  std::uint64_t ended = 0, good = 0, good_ttft = 0, good_tpot = 0, good_e2e = 0;
  double good_tokens = 0.0;

  void Add(const RequestLog& log, std::size_t i, const Slo& slo) {
    ++ended;
    if (log.state(i) != RequestState::kCompleted) return;
    const double until_first = log.first_token(i) - log.arrival(i);
    const double whole = log.finish(i) - log.arrival(i);
    const std::uint32_t tokens = log.output_tokens(i);
    ttft.push_back(until_first);
    e2e.push_back(whole);
    double each = 0.0;
    if (tokens > 1) {
      each = (whole - until_first) / (tokens - 1);
      tpot.push_back(each);
      per_user.push_back(tokens / (whole - until_first));
    }
    good_ttft += until_first <= slo.ttft;
    good_tpot += each <= slo.tpot;
    good_e2e += whole <= slo.e2e;
    if (until_first <= slo.ttft && each <= slo.tpot && whole <= slo.e2e) {
      ++good;
      good_tokens += tokens;
    }
  }
  void SetTimes(const std::string& at, MetricSet& metrics) {
    AddDistribution(metrics, at + "ttft", ttft);
    AddDistribution(metrics, at + "tpot", tpot);
  }
  void SetAttainment(const std::string& at, const Slo& slo, bool asked, MetricSet& metrics) const {
    if (!asked || ended == 0) return;
    for (const auto& [name, limit, count] : {std::tuple("", 0.0, good), {".ttft", slo.ttft, good_ttft},
                                             {".tpot", slo.tpot, good_tpot}, {".e2e", slo.e2e, good_e2e}})
      if (limit < Slo::kInf)
        metrics.Set(at + "slo_attainment" + name,
                    static_cast<double>(count) / static_cast<double>(ended), "1");
  }
};

bool Ended(RequestState state) {
  return state != RequestState::kWaiting && state != RequestState::kWarmUp;
}

void AddFleet(const Deployment& d, const std::string& at, MetricSet& metrics) {
  const DeploymentParams& p = d.params();
  const RequestLog& log = d.log();
  if (p.admission.outstanding < Slo::kInf)
    metrics.Set(at + "requests.shed", static_cast<double>(log.shed()), "1");
  if (p.patience.timeout < Slo::kInf)
    metrics.Set(at + "requests.timed_out", static_cast<double>(log.timed_out()), "1");
  if (p.patience.retries > 0)
    metrics.Set(at + "requests.retries", static_cast<double>(log.retries()), "1");
  if (p.failures.mean_time > 0.0 || !p.failures.faults.empty() || d.failures() > 0) {
    metrics.Set(at + "replicas.failures", static_cast<double>(d.failures()), "1");
    metrics.Set(at + "requests.rerouted", static_cast<double>(d.rerouted()), "1");
  }
  const ReplicaCounters totals = d.totals();
  if (totals.checks > 0) {
    const auto checks = static_cast<double>(totals.checks);
    metrics.Set(at + "speculation.tokens_per_step", 1.0 + static_cast<double>(totals.accepted) / checks, "1");
    metrics.Set(at + "speculation.acceptance",
                static_cast<double>(totals.accepted) / static_cast<double>(totals.drafted), "1");
  }
  if (totals.swapped_out > 0)
    metrics.Set(at + "requests.swapped_out", static_cast<double>(totals.swapped_out), "1");
  if (p.sharing && p.sharing->swapped)
    metrics.Set(at + "model_swaps", static_cast<double>(d.model_swaps()), "1");
  if (p.adapters.count > 0)
    metrics.Set(at + "adapters.loads", static_cast<double>(totals.adapter_loads), "1");
  const StageGraph* graph = d.stages();
  for (std::size_t i = 0; graph != nullptr && i < graph->stages().size(); ++i) {
    const StageParams& stage = graph->stages()[i];
    const StageGraph::Counters& c = graph->counters(i);
    if (c.served == 0) continue;
    const std::string name = at + "stages." + stage.name;
    metrics.Set(name + ".mean", c.times.mean(), "s");
    metrics.Set(name + ".p99", c.times.Percentile(0.99), "s");
    if (stage.servers > 0 && d.lifetime() > 0.0)
      metrics.Set(name + ".utilisation", c.busy / (stage.servers * d.lifetime()), "1");
  }
}

}  // namespace

void AddMetrics(const Deployment& d, MetricSet& metrics) {
  const std::string at = "workloads." + d.name() + ".";
  const RequestLog& log = d.log();
  const DeploymentParams& params = d.params();
  const ReplicaCounters totals = d.totals();
  metrics.Set(at + "requests.completed", static_cast<double>(log.completed()), "1");
  metrics.Set(at + "requests.rejected", static_cast<double>(log.rejected()), "1");
  metrics.Set(at + "requests.preempted", static_cast<double>(totals.preemptions), "1");

  Answers all;
  std::vector<Answers> classes(params.classes.size()), groups(params.groups.size()), calls;
  const bool tasks = d.stages() != nullptr && d.stages()->has_calls();
  if (tasks) calls.resize(d.stages()->stages().size() + 1);
  double first = Slo::kInf, last = 0.0, input = 0.0, output = 0.0;
  for (std::size_t i = 0; i < log.size(); ++i) {
    if (!Ended(log.state(i))) continue;
    const Slo& slo = classes.empty() ? params.slo : params.classes[log.request_class(i)].slo;
    all.Add(log, i, slo);
    if (!classes.empty()) classes[log.request_class(i)].Add(log, i, slo);
    if (!groups.empty()) groups[log.group(i)].Add(log, i, slo);
    if (tasks) calls[log.stage(i)].Add(log, i, slo);
    if (log.state(i) != RequestState::kCompleted) continue;
    first = std::min(first, log.arrival(i));
    last = std::max(last, log.finish(i));
    input += log.input_tokens(i);
    output += log.output_tokens(i);
  }
  all.SetTimes(at, metrics);
  if (d.gaps().count() > 0) {
    metrics.Set(at + "itl.mean", d.gaps().mean(), "s");
    metrics.Set(at + "itl.p50", d.gaps().Percentile(0.50), "s");
    metrics.Set(at + "itl.p90", d.gaps().Percentile(0.90), "s");
    metrics.Set(at + "itl.p99", d.gaps().Percentile(0.99), "s");
  }
  AddDistribution(metrics, at + "e2e", all.e2e);
  if (last > first) {
    metrics.Set(at + "output_tokens_per_second", output / (last - first), "1/s");
    metrics.Set(at + "input_tokens_per_second", input / (last - first), "1/s");
  }
  metrics.Set(at + "output_tokens_per_second_per_user", Percentile(all.per_user, 0.5), "1/s");
  const bool asked = params.slo.any() || std::any_of(params.classes.begin(), params.classes.end(),
                                                     [](const RequestClass& c) { return c.slo.any(); });
  all.SetAttainment(at, params.slo, asked, metrics);
  if (asked && last > first) {
    metrics.Set(at + "good_requests_per_second", static_cast<double>(all.good) / (last - first), "1/s");
    metrics.Set(at + "good_tokens_per_second", all.good_tokens / (last - first), "1/s");
  }
  for (std::size_t c = 0; c < classes.size(); ++c) {
    const std::string name = at + "classes." + params.classes[c].name + ".";
    metrics.Set(name + "requests", static_cast<double>(classes[c].ended), "1");
    classes[c].SetTimes(name, metrics);
    classes[c].SetAttainment(name, params.classes[c].slo, params.classes[c].slo.any(), metrics);
    if (params.classes[c].slo.any() && last > first)
      metrics.Set(name + "good_requests_per_second",
                  static_cast<double>(classes[c].good) / (last - first), "1/s");
  }
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const std::string name = at + "groups." + params.groups[g] + ".";
    metrics.Set(name + "requests", static_cast<double>(groups[g].ended), "1");
    groups[g].SetTimes(name, metrics);
  }
  for (std::size_t c = 0; c < calls.size(); ++c)
    if (calls[c].ended > 0) calls[c].SetTimes(at + "calls." + CallNames(d)[c] + ".", metrics);
  if (tasks) {
    std::vector<double> times = d.task_times();
    metrics.Set(at + "tasks.completed", static_cast<double>(times.size()), "1");
    metrics.Set(at + "tasks.failed", static_cast<double>(d.tasks_failed()), "1");
    AddDistribution(metrics, at + "tasks.e2e", times);
  }
  AddFleet(d, at, metrics);
  if (d.params().replica.prefix_unit_tokens > 0 && totals.prompt_tokens > 0)
    metrics.Set(
        at + "prefix_hit_rate",
        static_cast<double>(totals.cached_tokens) / static_cast<double>(totals.prompt_tokens), "1");
  AddTiers(d, at, metrics);
  metrics.Set(at + "kv_cache_peak", d.kv_peak_share(), "1");
  for (const Deployment::Scaled& s : d.scaled()) {
    if (d.lifetime() <= 0.0) break;
    const std::string name = at + "replicas." + (s.pool.empty() ? "" : s.pool + ".");
    metrics.Set(name + "mean", s.set->held() / s.set->replica(0).params().accelerators / d.lifetime(), "1");
    std::uint32_t peak = s.params.min;
    for (const ScaleEvent& e : d.scale_events())
      if (e.pool == s.pool) peak = std::max(peak, e.replicas);
    metrics.Set(name + "peak", peak, "1");
  }
  if (const Deployment::Transfers transfers = d.transfers(); transfers.count > 0)
    metrics.Set(at + "kv_transfer.mean", transfers.seconds / static_cast<double>(transfers.count), "s");
  if (totals.output_tokens > 0) {
    const auto tokens = static_cast<double>(totals.output_tokens);
    const double attention = totals.use.above[static_cast<std::size_t>(KernelPart::kPrefillAttention)] +
                             totals.use.above[static_cast<std::size_t>(KernelPart::kDecodeAttention)];
    const double linear = totals.energy - totals.idle_energy - attention;
    metrics.Set(at + "energy_per_token", totals.energy / tokens, "J");
    metrics.Set(at + "board_energy_per_token", totals.energy / tokens, "J");
    metrics.Set(at + "board_energy_per_token.idle", totals.idle_energy / tokens, "J");
    metrics.Set(at + "board_energy_per_token.attention", attention / tokens, "J");
    metrics.Set(at + "board_energy_per_token.linear", linear / tokens, "J");
    for (const KernelShare& k : KernelShares(d)) {
      if (k.seconds <= 0.0) continue;
      metrics.Set(at + "board_energy_per_token.kernels." + k.name, k.energy / tokens, "J");
      metrics.Set(at + "kernel_power." + k.name, k.energy / k.seconds, "W");
    }
    const Phases phases = PhasesOf(d);
    metrics.Set(at + "board_energy_per_token.phases.prefill", phases.prefill / tokens, "J");
    metrics.Set(at + "board_energy_per_token.phases.decode", phases.decode / tokens, "J");
  }
}

}  // namespace headroom::serving
