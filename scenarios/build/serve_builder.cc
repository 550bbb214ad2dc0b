#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/llm/layer.h"
#include "models/network/collective.h"
#include "models/serving/deployment.h"
#include "models/serving/kv_budget.h"
#include "models/serving/llm_operators.h"
#include "models/serving/replica_design.h"
#include "scenarios/build/kernel_choice.h"
#include "scenarios/build/serve_tiers.h"
#include "scenarios/build/work.h"
#include "scenarios/read/traces/request_trace_reader.h"

namespace headroom::scenario {
namespace {

serving::ReplicaParallelism ParallelismOf(const schema::ServeParallelism& p) { return {p.tp(), p.pp(), p.ep()}; }

serving::EngineSettings SettingsOf(const schema::Serve& s) {
  serving::EngineSettings e = serving::Preset(s.engine());
  if (s.batching().has_max_sequences()) e.max_sequences = s.batching().max_sequences();
  if (s.batching().has_max_tokens()) e.max_tokens = s.batching().max_tokens();
  if (s.batching().has_chunked_prefill()) e.chunked_prefill = s.batching().chunked_prefill();
  if (s.batching().has_mixed())
    e.policy = s.batching().mixed() ? serving::BatchPolicy::kDecodeFirst : serving::BatchPolicy::kPrefillFirst;
  if (s.batching().has_poll_interval()) e.poll_interval = s.batching().poll_interval();
  if (s.batching().has_wait_iterations()) e.batch_wait_iterations = s.batching().wait_iterations();
  if (s.batching().has_wait_share()) e.batch_wait_share = s.batching().wait_share();
  if (s.batching().has_reserve()) e.reserved_output = s.batching().reserve();
  if (s.batching().has_stream_interval()) e.stream_interval = s.batching().stream_interval();
  if (s.kv_cache().has_block_tokens()) e.block_tokens = s.kv_cache().block_tokens();
  if (s.kv_cache().has_memory_fraction()) e.memory_fraction = s.kv_cache().memory_fraction();
  return e;
}

void CheckParallelism(const WorkSite& site, const std::string& path, const serving::ReplicaParallelism& parallelism,
                      const llm::Architecture& model) {
  for (const serving::ParallelismProblem& p : serving::Check(parallelism, model))
    site.context.Error(path + "." + p.field, p.message);
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
  if (site.workload.serve().kv_cache().prefix_caching()) *prefix_unit = cost.engine().block_tokens;
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

/// Cuts the accelerators of a deployment, in order, into replicas of these sizes.
std::vector<serving::ReplicaPlace> PlacesOf(const std::vector<PortRun>& ports, const std::vector<std::uint32_t>& sizes) {
  std::vector<serving::ReplicaPlace> places(sizes.size());
  std::size_t run = 0;
  std::uint32_t used = 0;  // of ports[run]
  for (std::size_t i = 0; i < places.size(); ++i)
    for (std::uint32_t due = sizes[i]; due > 0;) {
      const std::uint32_t n = std::min(due, ports[run].accelerators - used);
      places[i].parts.push_back({ports[run].port, n});
      due -= n;
      used += n;
      if (used == ports[run].accelerators) ++run, used = 0;
    }
  return places;
}

/// Says what is wrong with `replicas` and `pools` together; true if nothing is.
bool CheckReplicas(const WorkSite& site) {
  const schema::Serve& s = site.workload.serve();
  const schema::Replicas& r = s.replicas();
  const std::string path = site.path + ".serve.";
  const auto wrong = [&](const std::string& key, const std::string& text) { site.context.Error(path + key, text); };
  const bool scaled = r.has_min() || r.has_max() || r.has_scale_on() || r.has_start_up();
  if (s.has_pools()) {
    if (scaled || r.has_count()) wrong("replicas", "is given, and so are pools; the pools have their own replicas");
    if (ParallelismOf(s.parallelism()).accelerators() != 1)
      wrong("parallelism", "is given, and so are pools; each pool has its own");
    for (const auto& [name, pool] : {std::pair("prefill", &s.pools().prefill()), std::pair("decode", &s.pools().decode())})
      if (!pool->has_replicas()) wrong(std::string("pools.") + name + ".replicas", "is needed");
  } else if (scaled) {
    if (r.has_count()) wrong("replicas.count", "is a fixed number, and min, max, scale_on or start_up ask for a changing one");
    for (const auto& [has, key] : {std::pair(r.has_min(), "min"), std::pair(r.has_max(), "max"),
                                   std::pair(r.scale_on().has_outstanding(), "scale_on.outstanding"),
                                   std::pair(r.has_start_up(), "start_up")})
      if (!has) wrong(std::string("replicas.") + key, "is needed; autoscaling takes min, max, scale_on.outstanding and start_up");
  }
  return site.context.diagnostics.ok();
}

class ServingWork final : public Work {
 public:
  ServingWork(const WorkSite& site, serving::DeploymentParams params, std::unique_ptr<const serving::IterationCost> cost,
              std::unique_ptr<serving::RequestSource> source, serving::KvBudget budget, std::string model,
              std::optional<double> last_arrival, std::optional<serving::DecodePool> decode, serving::KvBudget decode_budget,
              serving::KvTierPlan tiers)
      : budget_(budget),
        decode_budget_(decode_budget),
        size_(params.replica.accelerators),
        model_(std::move(model)),
        last_arrival_(last_arrival) {
    if (Verdict()) return;
    if (decode) decode_size_ = decode->replica.accelerators;
    deployment_ = std::make_unique<serving::Deployment>(site.engine, std::move(params), std::move(cost), std::move(source),
                                                        std::move(decode));
    if (!tiers.replicas.empty()) deployment_->SetTiers(std::move(tiers));
  }

  std::string Size() const override {
    if (const auto verdict = Verdict()) return "cannot run: " + *verdict;
    const serving::Deployment& d = *deployment_;
    const std::size_t first = d.set().size();
    if (decode_size_ > 0)
      return fmt::format("serves {} by {} prefill replicas of {} accelerators, {} KV blocks each, and {} decode replicas of {}, "
                         "{} KV blocks each", model_, first, size_, budget_.blocks, d.replicas() - first, decode_size_,
                         decode_budget_.blocks);
    const auto& scale = d.params().autoscale;
    const std::string fewest = scale ? fmt::format("{} to ", scale->min) : "";
    return fmt::format("serves {} by {}{} replicas on {} accelerators, {} KV blocks each", model_, fewest, first, first * size_,
                       budget_.blocks);
  }
  std::optional<std::string> Verdict() const override {
    if (!budget_.fits()) return budget_.Text();
    if (!decode_budget_.fits()) return decode_budget_.Text();
    return std::nullopt;
  }
  std::optional<double> ExpectedSeconds() const override { return last_arrival_; }
  void Start(std::function<void()> on_done) override {
    deployment_->OnDone(std::move(on_done));
    deployment_->Start();
  }
  Settler& settler() override { return *deployment_; }
  std::optional<double> Tokens() const override {
    return static_cast<double>(deployment_->totals().output_tokens);
  }
  std::optional<double> Outstanding() const override { return deployment_->waiting() + deployment_->running(); }
  double PricedTokens() const override { return *Tokens(); }
  bool SwitchedOff(std::uint32_t accelerator) const override {
    const std::size_t replica = accelerator / size_;
    return deployment_->done() || replica >= deployment_->set().size() ||
           deployment_->set().stage(replica) == serving::ReplicaStage::kOff;
  }
  double Energy() const override { return deployment_->totals().energy; }
  double Held() const override { return deployment_->held(); }
  std::vector<WorkEvent> Events() const override {
    std::vector<WorkEvent> events;
    for (const serving::ScaleEvent& e : deployment_->scale_events())
      events.push_back({e.time, e.up ? "scale-up" : "scale-down", deployment_->name(),
                        fmt::format("{} to {} replicas", e.up ? e.replicas - 1 : e.replicas + 1, e.replicas)});
    return events;
  }
  void SetMetrics(MetricSet& metrics) const override {
    if (deployment_) serving::AddMetrics(*deployment_, metrics);
  }
  void WriteTables(Recorder& recorder) const override {
    recorder.WriteTable(deployment_->log().MakeTable("/workloads/" + deployment_->name() + "/requests"));
  }

 private:
  serving::KvBudget budget_, decode_budget_;
  std::uint32_t size_, decode_size_ = 0;  ///< accelerators of a replica
  std::string model_;
  std::optional<double> last_arrival_;
  std::unique_ptr<serving::Deployment> deployment_;
};

/// What the replicas of a deployment have in common, and how one of a given parallelism is made.
struct Kind {
  const WorkSite& site;
  const llm::Architecture& model;
  const serving::EngineSettings& engine;
  const catalog::Kernels& profile;
  std::shared_ptr<const compute::KernelModel> kernels;
  compute::Precision precision;
  double kv_bytes;

  std::unique_ptr<const serving::IterationCost> Cost(const serving::ReplicaParallelism& parallelism) const {
    serving::LlmOperatorParams operators;
    operators.model = model;
    operators.parallelism = parallelism;
    operators.precision = precision;
    operators.kv_bytes = kv_bytes;
    operators.launch_cap = engine.launch_cap;
    operators.power_limit = site.system.power_limit;
    if (parallelism.tp > 1)
      operators.all_reduce = [fabric = site.fabric, ranks = parallelism.tp](double bytes) {
        return serving::EngineAllReduce(fabric, ranks, bytes);
      };
    if (parallelism.ep > 1)
      operators.all_to_all = [fabric = site.fabric, group = network::MakeGroup(site.fabric, parallelism.ep, 1)](double bytes) {
        return network::Cost(fabric, group, network::Operation::kAllToAll, network::Algorithm::kAuto, bytes).seconds;
      };
    return std::make_unique<const serving::IterationCost>(
        std::make_unique<serving::LlmOperators>(kernels, std::move(operators)), engine, parallelism.pp,
        serving::EagerHost(engine, model), profile.prompt_overhead());
  }
  serving::KvBudget Budget(const serving::ReplicaParallelism& parallelism) const {
    return serving::PlanKv(model, precision, kv_bytes, parallelism, engine, serving::DeviceMemory(*site.system.accelerator));
  }
  serving::ReplicaParams Replica(const serving::ReplicaParallelism& parallelism, const serving::KvBudget& budget) const {
    serving::ReplicaParams replica;
    replica.accelerators = parallelism.accelerators();
    replica.kv_blocks = budget.blocks;
    if (model.max_length > 0) replica.max_length = static_cast<std::uint32_t>(model.max_length);
    return replica;
  }
  /// Between replicas of `from` and `to` accelerators.
  serving::KvTransferParams Transfer(std::uint32_t from, std::uint32_t to) const {
    const network::ScaleOutParams& out = site.fabric.scale_out;
    const double nic = out.nic * out.efficiency;
    return {nic * from, nic * to, out.hops_spine * out.hop_latency,
            llm::KvBytesPerTokenAndLayer(model, kv_bytes) * model.layers};
  }
};

}  // namespace

Claim ClaimServe(const schema::Workload& workload, const std::string& path) {
  const schema::Serve& s = workload.serve();
  Claim claim{path + ".serve", s.accelerators().type(), s.accelerators().count()};
  if (claim.count > 0) return claim;
  if (s.has_pools())
    for (const schema::Pool* pool : {&s.pools().prefill(), &s.pools().decode()})
      claim.count += pool->replicas() * ParallelismOf(pool->parallelism()).accelerators();
  else
    claim.count = std::max(s.replicas().count(), s.replicas().max()) * ParallelismOf(s.parallelism()).accelerators();
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

  const bool pools = s.has_pools();
  if (!CheckReplicas(site)) return nullptr;
  const schema::ServeParallelism& first = pools ? s.pools().prefill().parallelism() : s.parallelism();
  const serving::ReplicaParallelism parallelism = ParallelismOf(first);
  const serving::ReplicaParallelism decode_parallelism = ParallelismOf(s.pools().decode().parallelism());
  CheckParallelism(site, path + (pools ? ".pools.prefill" : ""), parallelism, model);
  if (pools) CheckParallelism(site, path + ".pools.decode", decode_parallelism, model);
  const serving::EngineSettings engine = SettingsOf(s);
  try {
    serving::Validate(engine);
  } catch (const ConfigError& e) {
    for (const Finding& f : e.findings()) context.Error(path + ".batching", f.message);
  }
  const std::string own = s.engine();
  const catalog::Kernels& profile = ChooseKernels(context, chip, s.stack(), path + ".stack",
                                                  {own.c_str(), "vllm", "tensorrt-llm", "xla", "neuron"});
  auto kernels = std::make_shared<const compute::KernelModel>(chip, profile);
  const compute::Precision precision = compute::PrecisionFromName(s.precision());
  if (!kernels->Supports(precision))
    context.Error(path + ".precision", fmt::format("{} has no {} rate", chip.name(), s.precision()));
  const schema::Replicas& r = s.replicas();
  const std::uint32_t size = parallelism.accelerators(), decode_size = decode_parallelism.accelerators();
  const std::uint32_t replicas = pools           ? s.pools().prefill().replicas()
                                 : r.has_max()   ? r.max()
                                 : r.has_count() ? r.count()
                                                 : site.accelerators / size;
  const std::uint32_t decode_replicas = pools ? s.pools().decode().replicas() : 0;
  const std::uint64_t needed = std::uint64_t{std::max(1u, replicas)} * size + std::uint64_t{decode_replicas} * decode_size;
  if (needed > site.accelerators)
    context.Error(path + (pools ? ".pools" : ".replicas"),
                  pools ? fmt::format("{} prefill replicas of {} accelerators and {} decode replicas of {} need {}, there are {}",
                                      replicas, size, decode_replicas, decode_size, needed, site.accelerators)
                        : fmt::format("{} replicas of {} accelerators need {}, there are {}", std::max(1u, replicas), size,
                                      needed, site.accelerators));
  if (!context.diagnostics.ok()) return nullptr;

  const Kind kind{site, model, engine, profile, kernels, precision, KvBytes(s)};
  auto cost = kind.Cost(parallelism);
  const serving::KvBudget budget = kind.Budget(parallelism);
  serving::DeploymentParams params;
  params.name = site.workload.name();
  params.router = s.router();
  params.seed = context.scenario.seed();
  if (s.slo().has_ttft()) params.slo.ttft = s.slo().ttft();
  if (s.slo().has_tpot()) params.slo.tpot = s.slo().tpot();
  if (s.slo().has_e2e()) params.slo.e2e = s.slo().e2e();
  params.replica = kind.Replica(parallelism, budget);
  std::vector<std::uint32_t> sizes(replicas, size);
  sizes.insert(sizes.end(), decode_replicas, decode_size);
  params.places = PlacesOf(site.ports, sizes);
  if (r.has_max()) params.autoscale = {r.min(), r.max(), r.scale_on().outstanding(), r.start_up()};
  std::optional<serving::DecodePool> decode;
  serving::KvBudget decode_budget = budget;
  if (pools) {
    if (site.fabric.scale_out.nic <= 0.0)
      context.Error(path + ".pools", fmt::format("need a network between nodes, and {} has none", site.system.name));
    decode_budget = kind.Budget(decode_parallelism);
    params.replica.hands_over = true;
    decode.emplace();
    decode->cost = kind.Cost(decode_parallelism);
    decode->replica = kind.Replica(decode_parallelism, decode_budget);
    decode->places.assign(params.places.begin() + replicas, params.places.end());
    decode->transfer = kind.Transfer(size, decode_size);
    params.places.resize(replicas);
    if (!context.diagnostics.ok()) return nullptr;
  }
  std::optional<double> last_arrival;
  auto source = SourceOf(site, *cost, &params.replica.prefix_unit_tokens, &last_arrival);
  if (!source) return nullptr;
  serving::KvTierPlan tiers = PlanTiers(site, replicas, size, params.replica.prefix_unit_tokens,
                                        llm::KvBytesPerTokenAndLayer(model, kind.kv_bytes) * model.layers);
  if (!context.diagnostics.ok()) return nullptr;
  return std::make_unique<ServingWork>(site, std::move(params), std::move(cost), std::move(source), budget, model.name,
                                       last_arrival, std::move(decode), decode_budget, std::move(tiers));
}

}  // namespace headroom::scenario
