#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/network/collective.h"
#include "models/serving/deployment.h"
#include "models/serving/kv_budget.h"
#include "models/serving/llm_operators.h"
#include "models/serving/replica_design.h"
#include "scenarios/build/kernel_choice.h"
#include "scenarios/build/work.h"
#include "scenarios/read/traces/request_trace_reader.h"

namespace headroom::scenario {
namespace {

serving::ReplicaParallelism ParallelismOf(const schema::Serve& s) {
  return {s.parallelism().tp(), s.parallelism().pp(), s.parallelism().ep()};
}

serving::EngineSettings SettingsOf(const schema::Serve& s) {
  serving::EngineSettings e = serving::Preset(s.engine());
  if (s.batching().has_max_sequences()) e.max_sequences = s.batching().max_sequences();
  if (s.batching().has_max_tokens()) e.max_tokens = s.batching().max_tokens();
  if (s.batching().has_chunked_prefill()) e.chunked_prefill = s.batching().chunked_prefill();
  if (s.kv_cache().has_block_tokens()) e.block_tokens = s.kv_cache().block_tokens();
  if (s.kv_cache().has_memory_fraction()) e.memory_fraction = s.kv_cache().memory_fraction();
  return e;
}

void CheckParallelism(const WorkSite& site, const serving::ReplicaParallelism& p, const llm::Architecture& model) {
  const std::string path = site.path + ".serve.parallelism";
  const auto heads = static_cast<std::uint32_t>(model.heads), experts = static_cast<std::uint32_t>(model.moe.experts);
  if (heads % p.tp != 0)
    site.context.Error(path + ".tp", fmt::format("tp {} does not divide the model's {} heads", p.tp, heads));
  if (p.pp > model.layers)
    site.context.Error(path + ".pp", fmt::format("pp {} is more than the model's {} layers", p.pp, model.layers));
  if (p.ep > 1 && (experts == 0 || experts % p.ep != 0))
    site.context.Error(path + ".ep", experts == 0 ? "the model has no experts"
                                                  : fmt::format("ep {} does not divide the model's {} experts", p.ep, experts));
  if (p.ep > p.tp && p.ep % p.tp != 0)
    site.context.Error(path + ".ep", fmt::format("ep {} is no multiple of tp {}", p.ep, p.tp));
}

double KvBytes(const schema::Serve& s) {
  const std::string& p = s.kv_cache().precision();
  return p == "fp8" ? 1.0 : p == "fp4" ? 0.5625 : 2.0;  // fp4 with one fp8 scale per 16
}

serving::TokenDistribution TokensOf(const schema::TokenDistribution& d) {
  switch (d.kind_case()) {
    case schema::TokenDistribution::kFixed: return serving::FixedTokens{d.fixed()};
    case schema::TokenDistribution::kUniform: return serving::UniformTokens{d.uniform().from(), d.uniform().to()};
    default: return serving::LognormalTokens{d.lognormal().mean(), d.lognormal().sigma()};
  }
}

/// What is asked, or null after an error.
std::unique_ptr<serving::RequestSource> SourceOf(const WorkSite& site, const serving::IterationCost& cost,
                                                 std::uint32_t* prefix_unit, std::optional<double>* last_arrival) {
  const schema::Requests& r = site.workload.serve().requests();
  const BuildContext& context = site.context;
  const std::string path = site.path + ".serve.requests";
  const std::uint64_t count = r.has_count() ? r.count() : serving::kUnlimited;
  if (!r.trace().empty()) {
    if (r.has_arrival() || r.has_prompt_tokens() || r.has_output_tokens()) {
      context.Error(path, "has a trace and distributions; give one of them");
      return nullptr;
    }
    if (r.format().empty()) {
      context.Error(path + ".format", "is needed with a trace: azure-llm or mooncake");
      return nullptr;
    }
    const std::string file = r.trace().front() == '/' ? r.trace() : site.folder + "/" + r.trace();
    serving::RequestTrace trace = ReadRequestTrace(file, r.format(), context.diagnostics);
    if (trace.size() == 0) return nullptr;
    const bool caching = site.workload.serve().kv_cache().prefix_caching();
    if (caching && !trace.has_prefixes())
      context.Warning(site.path + ".serve.kv_cache.prefix_caching", "the trace has no prefixes, so none is ever reused");
    *prefix_unit = !caching ? 0 : trace.has_prefixes() ? trace.hash_tokens : cost.engine().block_tokens;
    const std::size_t last = std::min<std::uint64_t>(count, trace.size()) - 1;
    *last_arrival = trace.arrival[last] / r.rate_scale();
    return serving::MakeTraceSource(std::move(trace), r.rate_scale(), count);
  }
  for (const auto& [has, field] : {std::pair(r.has_arrival() && r.arrival().kind_case() != 0, "arrival"),
                                   std::pair(r.has_prompt_tokens() && r.prompt_tokens().kind_case() != 0, "prompt_tokens"),
                                   std::pair(r.has_output_tokens() && r.output_tokens().kind_case() != 0, "output_tokens")})
    if (!has) {
      context.Error(path + "." + field, "is needed where there is no trace");
      return nullptr;
    }
  const serving::Lengths lengths{TokensOf(r.prompt_tokens()), TokensOf(r.output_tokens())};
  const std::uint64_t seed = context.scenario.seed();
  const std::string stream = "workloads." + site.workload.name();
  if (r.arrival().has_closed_loop()) {
    const double spread =
        cost.LoneRequest(static_cast<std::uint32_t>(std::max(1.0, serving::Mean(lengths.input))),
                         static_cast<std::uint32_t>(std::max(1.0, serving::Mean(lengths.output))));
    const std::uint32_t users = r.arrival().closed_loop().users();
    if (r.has_count()) *last_arrival = spread * static_cast<double>(count) / users;
    return serving::MakeClosedLoopSource({users, spread}, lengths, count, seed, stream);
  }
  serving::PoissonArrivals arrivals{r.arrival().poisson(), 1.0};
  if (r.arrival().has_diurnal())
    arrivals = {r.arrival().diurnal().mean(), r.arrival().diurnal().peak_to_trough()};
  if (r.has_count()) *last_arrival = static_cast<double>(count) / arrivals.rate;
  return serving::MakePoissonSource(arrivals, lengths, count, seed, stream);
}

/// Cuts the accelerators of a deployment, in order, into replicas.
std::vector<serving::ReplicaPlace> PlacesOf(const std::vector<PortRun>& ports, std::uint32_t replicas,
                                            std::uint32_t accelerators) {
  std::vector<serving::ReplicaPlace> places(replicas);
  std::size_t run = 0;
  std::uint32_t used = 0;  // of ports[run]
  for (serving::ReplicaPlace& place : places)
    for (std::uint32_t due = accelerators; due > 0;) {
      const std::uint32_t n = std::min(due, ports[run].accelerators - used);
      place.parts.push_back({ports[run].port, n});
      due -= n;
      used += n;
      if (used == ports[run].accelerators) ++run, used = 0;
    }
  return places;
}

class ServingWork final : public Work {
 public:
  ServingWork(const WorkSite& site, serving::DeploymentParams params, std::unique_ptr<const serving::IterationCost> cost,
              std::unique_ptr<serving::RequestSource> source, serving::KvBudget budget, std::string model,
              std::optional<double> last_arrival)
      : accelerators_(params.replica.accelerators * static_cast<std::uint32_t>(params.places.size())),
        budget_(budget),
        model_(std::move(model)),
        last_arrival_(last_arrival),
        engine_(site.engine) {
    if (budget_.fits())
      deployment_ = std::make_unique<serving::Deployment>(engine_, std::move(params), std::move(cost), std::move(source));
  }

  std::string Size() const override {
    if (!budget_.fits()) return "cannot run: " + budget_.Text();
    return fmt::format("serves {} by {} replicas on {} accelerators, {} KV blocks each", model_, deployment_->replicas(),
                       accelerators_, budget_.blocks);
  }
  std::optional<std::string> Verdict() const override {
    if (budget_.fits()) return std::nullopt;
    return budget_.Text();
  }
  std::optional<double> ExpectedSeconds() const override { return last_arrival_; }
  void Start(std::function<void()> on_done) override {
    started_ = engine_.now();
    deployment_->OnDone([this, on_done = std::move(on_done)] {
      ended_ = engine_.now();
      on_done();
    });
    deployment_->Start();
  }
  Settler& settler() override { return *deployment_; }
  std::optional<double> Tokens() const override {
    return static_cast<double>(deployment_->totals().output_tokens);
  }
  std::optional<double> Outstanding() const override { return deployment_->waiting() + deployment_->running(); }
  double PricedTokens() const override { return *Tokens(); }
  double Energy() const override { return deployment_->totals().energy; }
  double Held() const override {
    return ((ended_ ? *ended_ : engine_.now()) - started_).seconds() * accelerators_;
  }
  void SetMetrics(MetricSet& metrics) const override {
    if (deployment_) serving::AddMetrics(*deployment_, metrics);
  }
  void WriteTables(Recorder& recorder) const override {
    recorder.WriteTable(deployment_->log().MakeTable("/workloads/" + deployment_->name() + "/requests"));
  }

 private:
  std::uint32_t accelerators_;
  serving::KvBudget budget_;
  std::string model_;
  std::optional<double> last_arrival_;
  Engine& engine_;
  Instant started_;
  std::optional<Instant> ended_;
  std::unique_ptr<serving::Deployment> deployment_;
};

}  // namespace

Claim ClaimServe(const schema::Workload& workload, const std::string& path) {
  const schema::Serve& s = workload.serve();
  Claim claim{path + ".serve", s.accelerators().type(), s.accelerators().count()};
  if (claim.count == 0 && s.replicas().has_count())
    claim.count = s.replicas().count() * ParallelismOf(s).accelerators();
  return claim;
}

std::unique_ptr<Work> BuildServe(const WorkSite& site) {
  const BuildContext& context = site.context;
  const schema::Serve& s = site.workload.serve();
  const std::string path = site.path + ".serve";
  const catalog::Accelerator& chip = *site.system.accelerator;
  const catalog::Llm sheet = context.library.Resolve(s.model());
  const auto problems = llm::Check(sheet);
  for (const auto& p : problems) context.Error(path + ".model." + p.field, p.message);
  if (!problems.empty()) return nullptr;
  const llm::Architecture model = llm::Resolve(sheet);

  const serving::ReplicaParallelism parallelism = ParallelismOf(s);
  CheckParallelism(site, parallelism, model);
  const serving::EngineSettings engine = SettingsOf(s);
  try {
    serving::Validate(engine);
  } catch (const ConfigError& e) {
    for (const Finding& f : e.findings()) context.Error(path + ".batching", f.message);
  }
  const std::string own = s.engine();
  auto kernels = std::make_shared<const compute::KernelModel>(
      chip, ChooseKernels(context, chip, s.stack(), path + ".stack",
                          {own.c_str(), "vllm", "tensorrt-llm", "xla", "neuron"}));
  const compute::Precision precision = compute::PrecisionFromName(s.precision());
  if (!kernels->Supports(precision))
    context.Error(path + ".precision", fmt::format("{} has no {} rate", chip.name(), s.precision()));
  const std::uint32_t size = parallelism.accelerators();
  const std::uint32_t replicas = s.replicas().has_count() ? s.replicas().count() : site.accelerators / size;
  if (replicas == 0 || replicas * size > site.accelerators)
    context.Error(path + ".replicas", fmt::format("{} replicas of {} accelerators need {}, there are {}",
                                                  std::max(1u, replicas), size, std::max(1u, replicas) * size,
                                                  site.accelerators));
  if (!context.diagnostics.ok()) return nullptr;

  serving::LlmOperatorParams operators;
  operators.model = model;
  operators.parallelism = parallelism;
  operators.precision = precision;
  operators.kv_bytes = KvBytes(s);
  operators.launch_cap = engine.launch_cap;
  if (parallelism.tp > 1)
    operators.all_reduce = [fabric = site.fabric, ranks = parallelism.tp](double bytes) {
      return serving::EngineAllReduce(fabric, ranks, bytes);
    };
  if (parallelism.ep > 1)
    operators.all_to_all = [fabric = site.fabric, group = network::MakeGroup(site.fabric, parallelism.ep, 1)](double bytes) {
      return network::Cost(fabric, group, network::Operation::kAllToAll, network::Algorithm::kAuto, bytes).seconds;
    };
  auto cost = std::make_unique<const serving::IterationCost>(
      std::make_unique<serving::LlmOperators>(kernels, std::move(operators)), engine, parallelism.pp);

  const serving::KvBudget budget =
      serving::PlanKv(model, precision, KvBytes(s), parallelism, engine, serving::DeviceMemory(chip));
  serving::DeploymentParams params;
  params.name = site.workload.name();
  params.router = s.router();
  params.seed = context.scenario.seed();
  if (s.slo().has_ttft()) params.slo.ttft = s.slo().ttft();
  if (s.slo().has_tpot()) params.slo.tpot = s.slo().tpot();
  if (s.slo().has_e2e()) params.slo.e2e = s.slo().e2e();
  params.replica.accelerators = size;
  params.replica.kv_blocks = budget.blocks;
  if (model.max_length > 0) params.replica.max_length = static_cast<std::uint32_t>(model.max_length);
  params.places = PlacesOf(site.ports, replicas, size);
  std::optional<double> last_arrival;
  auto source = SourceOf(site, *cost, &params.replica.prefix_unit_tokens, &last_arrival);
  if (!source) return nullptr;
  return std::make_unique<ServingWork>(site, std::move(params), std::move(cost), std::move(source), budget, model.name,
                                       last_arrival);
}

}  // namespace headroom::scenario
