#include "scenarios/capacity/capacity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "models/serving/kernel_use.h"
#include "models/serving/request_source.h"
#include "scenarios/build/simulation.h"
#include "scenarios/read/traces/request_trace_reader.h"
#include "scenarios/runs/quiet_run.h"
#include "sim/core/diagnostics.h"

namespace headroom::capacity {
namespace {

constexpr double kFarthest = 1024.0;  ///< times the file's own rate

const schema::Workload& Find(const schema::Scenario& s, const std::string& name) {
  const schema::Workload* found = nullptr;
  for (const schema::Workload& w : s.workloads()) {
    if (!w.has_serve() || (!name.empty() && w.name() != name)) continue;
    if (found != nullptr) throw ConfigError("several workloads serve; name one with --workload");
    found = &w;
  }
  if (found == nullptr)
    throw ConfigError(name.empty() ? "no workload of the scenario serves" : fmt::format("no workload '{}' that serves", name));
  return *found;
}

std::uint32_t SizeOf(const schema::ServeParallelism& p) { return std::max(p.tp(), p.ep()) * p.pp() * p.cp(); }

double Value(const MetricSet& metrics, const std::string& name, double otherwise) {
  const Metric* m = metrics.Find(name);
  return m == nullptr ? otherwise : m->value;
}

}  // namespace

Capacity::Capacity(config::Node root, std::string path, Question question)
    : root_(std::move(root)), path_(std::move(path)), question_(std::move(question)) {
  scenario::LoadOptions options;
  options.overrides = question_.set;
  const scenario::Prepared prepared = scenario::Prepare(root_, path_, std::move(options));
  const schema::Workload& w = Find(prepared.loaded.scenario, question_.workload);
  question_.workload = w.name();
  const schema::Serve& serve = w.serve();
  const std::string at = fmt::format("workloads[{}].serve.", w.name());
  const auto asks = [](const schema::Slo& slo) { return slo.has_ttft() || slo.has_tpot() || slo.has_e2e(); };
  const bool classes = std::any_of(serve.classes().begin(), serve.classes().end(),
                                   [&](const schema::RequestClass& c) { return asks(c.slo()); });
  if (!asks(serve.slo()) && !classes)
    throw ConfigError(at + "slo: is needed: capacity is the rate at which it is still met");
  share_ = serve.slo().share();
  size_ = SizeOf(serve.parallelism());
  if (serve.has_pools()) {
    const auto replicas = [](const schema::Pool& pool) { return std::max(pool.replicas().count(), pool.replicas().max()); };
    const std::uint32_t prefill = replicas(serve.pools().prefill()), decode = replicas(serve.pools().decode());
    const std::uint32_t common = std::max(1u, std::gcd(prefill, decode));
    readers_ = prefill / common;
    writers_ = decode / common;
    size_ = readers_ * SizeOf(serve.pools().prefill().parallelism()) + writers_ * SizeOf(serve.pools().decode().parallelism());
  }
  const schema::Requests& r = serve.requests();
  if (prepared.loaded.scenario.run().has_duration() || (r.trace().empty() && !r.has_count()))
    throw ConfigError(at + "requests: capacity needs requests that all end: a count or a trace, and no run.duration");
  if (!r.trace().empty()) {
    Diagnostics diagnostics;
    const std::string file = r.trace().front() == '/' ? r.trace() : prepared.loaded.folder + "/" + r.trace();
    serving::RequestTrace trace = scenario::ReadRequestTrace(file, r.format(), diagnostics);
    diagnostics.ThrowIfErrors();
    if (!trace.has_arrivals()) {
      TakeArrival(r.arrival(), at);
      return;
    }
    if (r.has_from() || r.has_until())
      serving::Cut(trace, r.from(), r.has_until() ? r.until() : std::numeric_limits<double>::infinity());
    const auto n = static_cast<std::size_t>(
        r.has_count() ? std::min<std::uint64_t>(r.count(), trace.size()) : trace.size());
    if (n < 2 || trace.arrival[n - 1] <= 0.0)
      throw ConfigError(at + "requests.trace: has no rate: all requests arrive at once");
    trace_rate_ = static_cast<double>(n - 1) / trace.arrival[n - 1];
    own_rate_ = trace_rate_ * r.rate_scale();
  } else {
    TakeArrival(r.arrival(), at);
  }
}

void Capacity::TakeArrival(const schema::Arrival& a, const std::string& at) {
  if (a.has_closed_loop()) {
    users_ = true;
    unit_ = "users";
    key_ = "closed_loop.users";
    own_rate_ = a.closed_loop().users();
  } else if (a.has_diurnal()) {
    key_ = "diurnal.mean";
    own_rate_ = a.diurnal().mean();
  } else if (a.has_gamma()) {
    key_ = "gamma.rate";
    own_rate_ = a.gamma().rate();
  } else if (a.has_bursts()) {
    throw ConfigError(at + "requests.arrival.bursts: has two rates; capacity changes the rate of poisson, gamma, diurnal, closed_loop or a trace");
  } else {
    key_ = "poisson";
    own_rate_ = a.poisson();
  }
}

void Capacity::UseType(const std::string& type) { type_ = {"site.systems[0].type=" + type}; }

std::string Capacity::RateOverride(double rate) const {
  const std::string at = fmt::format("workloads[{}].serve.requests.", question_.workload);
  if (trace_rate_ > 0.0) return fmt::format("{}rate_scale={:.17g}", at, rate / trace_rate_);
  if (users_) return fmt::format("{}arrival.{}={:.0f}", at, key_, rate);
  return fmt::format("{}arrival.{}={:.17g} /s", at, key_, rate);
}

std::vector<std::string> Capacity::ReplicaOverrides(std::uint32_t replicas) const {
  if (replicas == 0) return {};
  const std::string at = fmt::format("workloads[{}].serve.", question_.workload);
  if (readers_ == 0) return {fmt::format("{}replicas={}", at, replicas)};
  return {fmt::format("{}pools.prefill.replicas={}", at, replicas * readers_),
          fmt::format("{}pools.decode.replicas={}", at, replicas * writers_)};
}

Load Capacity::Read(const MetricSet& m, double rate, std::uint32_t replicas) const {
  const std::string w = "workloads." + question_.workload + ".";
  Load load;
  load.rate = rate;
  load.replicas = replicas;
  load.attainment = Value(m, w + "slo_attainment", 0.0);
  if (question_.each) {
    load.attainment = 1.0;
    for (const char* name : {"ttft", "tpot", "e2e"})
      load.attainment = std::min(load.attainment, Value(m, w + "slo_attainment." + name, 1.0));
  }
  load.meets = load.attainment >= share_;
  load.ttft_p99 = Value(m, w + "ttft.p99", 0.0);
  load.tpot_p99 = Value(m, w + "tpot.p99", 0.0);
  load.output_rate = Value(m, w + "output_tokens_per_second", 0.0);
  load.per_user = Value(m, w + "output_tokens_per_second_per_user", 0.0);
  if (const Metric* cost = m.Find(w + "cost_per_token")) load.cost = cost->value * 1e6;
  load.energy = Value(m, w + "energy_per_token", 0.0);
  load.accelerators = Value(m, "site.accelerators", 0.0);
  std::vector<std::string> kinds(serving::kKernelNames.begin(), serving::kKernelNames.end());
  for (const char* rest : {"other", "host", "waiting"}) kinds.push_back(rest);
  for (const std::string& kind : kinds) {
    KernelPrice price{kind, Value(m, w + "energy_per_token.kernels." + kind, 0.0), {}};
    if (const Metric* cost = m.Find(w + "cost_per_token.kernels." + kind)) price.cost = cost->value * 1e6;
    if (price.energy > 0.0 || price.cost.value_or(0.0) > 0.0) load.kernels.push_back(std::move(price));
  }
  return load;
}

std::vector<runs::RunResult> Capacity::RunAll(const std::vector<std::vector<std::string>>& settings, int jobs,
                                              const Going& going) const {
  const auto run = [&](std::size_t job) {
    scenario::LoadOptions options;
    options.overrides = question_.set;
    options.overrides.insert(options.overrides.end(), type_.begin(), type_.end());
    options.overrides.insert(options.overrides.end(), settings[job].begin(), settings[job].end());
    return runs::RunQuietly(scenario::Prepare(root_, path_, std::move(options)));
  };
  return runs::RunChildren(settings.size(), run, jobs, going);
}

std::optional<Load> Capacity::Run(double rate, std::uint32_t replicas, const Going& going) {
  std::vector<std::string> set = {RateOverride(rate)};
  for (std::string& change : ReplicaOverrides(replicas)) set.push_back(std::move(change));
  const runs::RunResult run = RunAll({set}, 1, going).front();
  if (run.ok()) return Read(run.metrics, rate, replicas);
  problem_ = run.error;
  return std::nullopt;
}

std::optional<Load> Capacity::HighestRate(const Tell& tell, const Going& going) {
  const auto at = [&](double rate) { return users_ ? std::max(1.0, std::round(rate)) : rate; };
  std::optional<Load> good;
  double bad = 0.0;
  for (double rate = own_rate_; !good || bad == 0.0;) {
    rate = at(rate);
    if (rate > own_rate_ * kFarthest || rate < own_rate_ / kFarthest || (bad > 0.0 && rate >= bad)) {
      problem_ = good ? "the SLO is met at every rate that was tried" : "no rate that was tried meets the SLO";
      return std::nullopt;
    }
    const std::optional<Load> load = Run(rate, 0, going);
    if (!load) return std::nullopt;
    tell(*load);
    if (load->meets)
      good = load;
    else
      bad = rate;
    if (load->meets && bad > 0.0) break;
    rate = load->meets ? rate * 2.0 : rate / 2.0;
  }
  while (bad > good->rate * (1.0 + question_.tolerance) && (!users_ || bad > good->rate + 1.0)) {
    const std::optional<Load> load = Run(at(0.5 * (good->rate + bad)), 0, going);
    if (!load) return std::nullopt;
    tell(*load);
    if (load->meets)
      good = load;
    else
      bad = load->rate;
  }
  return good;
}

std::optional<Load> Capacity::FewestReplicas(double rate, std::uint32_t most, const Tell& tell, const Going& going) {
  if (most == 0) {
    const std::optional<Load> all = Run(rate, 0, going);
    if (!all) return std::nullopt;
    most = static_cast<std::uint32_t>(all->accelerators / size_);
    if (most == 0) {
      problem_ = fmt::format("{:.0f} accelerators hold no replica of {}", all->accelerators, size_);
      return std::nullopt;
    }
  }
  std::optional<Load> good = Run(rate, most, going);
  if (!good) return std::nullopt;
  tell(*good);
  if (!good->meets) {
    problem_ = fmt::format("{} replicas do not carry it", most);
    return std::nullopt;
  }
  for (std::uint32_t bad = 0; good->replicas > bad + 1;) {
    const std::optional<Load> load = Run(rate, (good->replicas + bad) / 2, going);
    if (!load) return std::nullopt;
    tell(*load);
    if (load->meets)
      good = load;
    else
      bad = load->replicas;
  }
  return good;
}

std::vector<Load> Capacity::Curve(double highest, const std::vector<double>& shares, const Tell& tell, const Going& going) {
  std::vector<std::vector<std::string>> settings;
  std::vector<double> rates;
  for (const double share : shares) {
    rates.push_back(users_ ? std::max(1.0, std::round(share * highest)) : share * highest);
    settings.push_back({RateOverride(rates.back())});
  }
  std::vector<Load> loads;
  const std::vector<runs::RunResult> results = RunAll(settings, question_.jobs, going);
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (!results[i].ok()) continue;
    loads.push_back(Read(results[i].metrics, rates[i], 0));
    tell(loads.back());
  }
  return loads;
}

}  // namespace headroom::capacity
