#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/llm/layer.h"
#include "models/serving/deployment.h"
#include "models/serving/kv_budget.h"
#include "scenarios/build/kernel_choice.h"
#include "scenarios/build/serve_fleet.h"
#include "scenarios/build/serve_kind.h"
#include "scenarios/build/serve_requests.h"
#include "scenarios/build/serve_tiers.h"
#include "scenarios/build/site_services.h"
#include "scenarios/build/work.h"

namespace headroom::scenario {
namespace {

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

double KvBytes(const schema::Serve& s) {
  const std::string& p = s.kv_cache().precision();
  return p == "fp8" ? 1.0 : p == "fp4" ? 0.5625 : 2.0;  // fp4 with one fp8 scale per 16
}

/// Cuts the accelerators of a deployment, in order, into replicas of these sizes.
std::vector<serving::ReplicaPlace> PlacesOf(const std::vector<PortRun>& ports, const std::vector<std::uint32_t>& sizes) {
  std::vector<serving::ReplicaPlace> places(sizes.size());
  std::size_t run = 0;
  std::uint32_t used = 0;  // of ports[run]
  std::uint32_t first = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    places[i].first = first;
    first += sizes[i];
    for (std::uint32_t due = sizes[i]; due > 0;) {
      const std::uint32_t n = std::min(due, ports[run].accelerators - used);
      places[i].parts.push_back({ports[run].port, n, ports[run].host_load});
      due -= n;
      used += n;
      if (used == ports[run].accelerators) ++run, used = 0;
    }
  }
  return places;
}

/// Where the replica stands that begins with accelerator `first` of a workload.
serving::KvTransferParams::Place KvPlaceOf(const WorkSite& site, std::uint32_t first) {
  const double pod = site.fabric.scale_out.pod_accelerators;
  for (const Slice& slice : site.slices) {
    if (first >= slice.count) {
      first -= slice.count;
      continue;
    }
    const SystemStock& system = site.systems[slice.system];
    const std::uint32_t node = NodeOf(system, slice.first + first);
    const std::uint32_t leaf = node / std::max(1u, site.nodes_per_leaf);
    return {leaf, pod > 0 ? static_cast<std::uint32_t>(node * system.accelerators_per_node / pod) : 0};
  }
  return {};
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

/// Replicas of one model or version of a deployment, in the order of their places.
struct GroupPlan {
  std::string name;
  ServeKind kind;
  serving::ReplicaParallelism parallelism;
  std::uint32_t replicas = 0;
  double share = 1.0;
  std::uint32_t size() const { return parallelism.accelerators(); }
  serving::KvBudget Budget() const { return kind.Budget(parallelism); }
};

class ServingWork final : public Work {
 public:
  ServingWork(std::unique_ptr<serving::Deployment> deployment, std::string size, std::optional<std::string> verdict,
              std::optional<double> last_arrival, const std::vector<std::uint32_t>& sizes, std::uint32_t domain)
      : deployment_(std::move(deployment)), size_(std::move(size)), verdict_(std::move(verdict)), last_arrival_(last_arrival), domain_(domain) {
    std::uint32_t end = 0;
    for (const std::uint32_t n : sizes) ends_.push_back(end += n);
  }

  std::string Size() const override { return verdict_ ? "cannot run: " + *verdict_ : size_; }
  std::optional<std::string> Verdict() const override { return verdict_; }
  std::optional<double> ExpectedSeconds() const override { return last_arrival_; }
  void Start(std::function<void()> on_done) override {
    deployment_->OnDone(std::move(on_done));
    deployment_->Start();
  }
  Settler& settler() override { return *deployment_; }
  void SetFabricLoss(const FabricLoss& loss, Instant now) override { deployment_->SetCut(loss.cut, domain_, now); }
  void SetArrivalRate(Instant now, double rate) override { deployment_->SetArrivalRate(now, rate); }
  std::optional<double> Tokens() const override {
    return static_cast<double>(deployment_->totals().output_tokens);
  }
  std::optional<double> Outstanding() const override { return deployment_->waiting() + deployment_->running(); }
  double PricedTokens() const override { return *Tokens(); }
  bool SwitchedOff(std::uint32_t accelerator) const override {
    if (!deployment_ || deployment_->done()) return true;
    const std::size_t replica = std::upper_bound(ends_.begin(), ends_.end(), accelerator) - ends_.begin();
    if (replica == ends_.size()) return true;  // of no replica
    return replica < deployment_->set().size() && deployment_->set().stage(replica) == serving::ReplicaStage::kOff;
  }
  double Energy() const override { return deployment_->totals().energy; }
  bool tells_traffic() const override { return true; }
  void AddTraffic(std::vector<PartTraffic>* parts) const override {
    for (std::size_t i = 0; deployment_ && i < deployment_->replicas(); ++i) {
      const std::uint32_t first = i > 0 ? ends_[i - 1] : 0;
      parts->push_back({first, ends_[i] - first, deployment_->passes(i).Add(deployment_->transfers(i))});
    }
  }
  std::vector<KindTraffic> TrafficByKind() const override {
    std::vector<KindTraffic> out{{"passes", {}}, {"kv-transfer", {}}};
    for (std::size_t i = 0; deployment_ && i < deployment_->replicas(); ++i) {
      out[0].bytes.Add(deployment_->passes(i));
      out[1].bytes.Add(deployment_->transfers(i));
    }
    return out;
  }
  double Held() const override { return deployment_->held(); }
  std::vector<WorkEvent> Events() const override {
    std::vector<WorkEvent> events;
    for (const serving::ScaleEvent& e : deployment_->scale_events())
      events.push_back({e.time, e.up ? "scale-up" : "scale-down", deployment_->name(),
                        fmt::format("{} to {} replicas", e.up ? e.replicas - 1 : e.replicas + 1, e.replicas)});
    for (const serving::FleetEvent& e : deployment_->fleet_events())
      events.push_back({e.time, e.kind, deployment_->name(), e.what});
    std::stable_sort(events.begin(), events.end(), [](const WorkEvent& a, const WorkEvent& b) { return a.time < b.time; });
    return events;
  }
  void SetMetrics(MetricSet& metrics) const override {
    if (deployment_) serving::AddMetrics(*deployment_, metrics);
  }
  void WriteTables(Recorder& recorder) const override {
    std::vector<std::string> classes;
    for (const serving::RequestClass& c : deployment_->params().classes) classes.push_back(c.name);
    recorder.WriteTable(deployment_->log().MakeTable("/workloads/" + deployment_->name() + "/requests", classes,
                                                     deployment_->params().groups));
  }

 private:
  std::unique_ptr<serving::Deployment> deployment_;
  std::string size_;
  std::vector<std::uint32_t> ends_;  ///< of each replica: accelerators up to and with it
  std::optional<std::string> verdict_;
  std::optional<double> last_arrival_;
  std::uint32_t domain_;
};

compute::Precision PrecisionOf(const WorkSite& site, const compute::KernelModel& kernels, const std::string& name,
                               const std::string& path) {
  const compute::Precision precision = compute::PrecisionFromName(name);
  if (!kernels.Supports(precision))
    site.context.Error(path, fmt::format("{} has no {} rate", site.system.accelerator->name(), name));
  return precision;
}

/// The further groups of the scenario: models, or the version that a roll-out brings.
void AddGroups(const WorkSite& site, const GroupPlan& first, std::vector<GroupPlan>& groups) {
  const schema::Serve& s = site.workload.serve();
  const std::string path = site.path + ".serve.";
  if (s.models_size() > 0 && s.has_rollout()) site.context.Error(path + "rollout", "is given, and so are models; give one of them");
  if (s.models_size() > 200) site.context.Error(path + "models", "are over 200");
  for (int i = 0; i < s.models_size(); ++i) {
    const schema::ServedModel& m = s.models(i);
    const std::string at = fmt::format("{}models[{}]", path, i);
    GroupPlan group = first;
    group.kind.model = ModelOf(site, m.model(), at + ".model");
    group.kind.speculation = {};
    group.kind.draft = nullptr;
    group.kind.adapters = {};
    const auto taken = [&](const GroupPlan& g) { return g.name == group.kind.model.name; };
    const bool again = std::any_of(groups.begin(), groups.end(), taken);
    group.name = again ? fmt::format("{}-{}", group.kind.model.name, i + 2) : group.kind.model.name;
    group.parallelism = ParallelismOf(m.parallelism());
    group.replicas = m.replicas();
    group.share = m.share();
    if (!m.precision().empty()) group.kind.precision = PrecisionOf(site, *first.kind.kernels, m.precision(), at + ".precision");
    if (site.context.diagnostics.ok()) CheckParallelism(site, at, group.parallelism, group.kind.model);
    groups.push_back(std::move(group));
  }
  if (!s.has_rollout()) return;
  GroupPlan next = first;
  next.name = "new";
  const schema::Rollout& r = s.rollout();
  if (r.has_model()) next.kind.model = ModelOf(site, r.model(), path + "rollout.model");
  if (r.has_replicas()) next.replicas = r.replicas();
  if (!r.precision().empty())
    next.kind.precision = PrecisionOf(site, *first.kind.kernels, r.precision(), path + "rollout.precision");
  if (site.context.diagnostics.ok()) CheckParallelism(site, path + "rollout.model", next.parallelism, next.kind.model);
  groups.push_back(std::move(next));
}

/// Has replicas that start read their weights from the store that the scenario names.
void AddLoading(const WorkSite& site, const std::vector<GroupPlan>& groups, serving::Deployment& deployment) {
  const std::string& name = site.workload.serve().replicas().load_from();
  if (name.empty()) return;
  storage::StoreService* store = site.services.Store(name, site.path + ".serve.replicas.load_from");
  if (store == nullptr) return;
  std::vector<storage::Request> reads;
  const catalog::Node& node = *site.system.node;
  for (const GroupPlan& g : groups) {
    storage::Request read;
    read.bytes = serving::WeightBytes(g.kind.model, g.kind.precision, g.parallelism) * g.size();
    read.clients = std::max(1.0, static_cast<double>(g.size()) / site.system.accelerators_per_node);
    if (node.nic() > 0) read.client_rate = node.nic();
    reads.insert(reads.end(), g.replicas, read);
  }
  deployment.SetLoad([store, reads](std::size_t replica, std::function<void()> done) {
    store->Begin(reads[replica], std::move(done));
  });
}

std::string SizeText(const GroupPlan& first, const serving::DeploymentParams& params, const std::vector<GroupPlan>& groups,
                     const serving::KvBudget& budget) {
  const std::string fewest = params.autoscale ? fmt::format("{} to ", params.autoscale->min) : "";
  std::string text = fmt::format("serves {} by {}{} replicas on {} accelerators, {} KV blocks each", first.kind.model.name, fewest,
                                 first.replicas, first.replicas * first.size(), budget.blocks);
  for (std::size_t i = 1; i < groups.size(); ++i)
    text += fmt::format("; {} by {} replicas on {}", groups[i].kind.model.name, groups[i].replicas,
                        groups[i].replicas * groups[i].size());
  return text;
}

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
  if (claim.count == 0) return claim;
  for (const schema::ServedModel& m : s.models()) claim.count += m.replicas() * ParallelismOf(m.parallelism()).accelerators();
  if (s.has_rollout()) {
    const std::uint32_t now = std::max(s.replicas().count(), s.replicas().max());
    claim.count += (s.rollout().has_replicas() ? s.rollout().replicas() : now) * ParallelismOf(s.parallelism()).accelerators();
  }
  return claim;
}

std::unique_ptr<Work> BuildServe(const WorkSite& site) {
  const BuildContext& context = site.context;
  const schema::Serve& s = site.workload.serve();
  const std::string path = site.path + ".serve";
  const catalog::Accelerator& chip = *site.system.accelerator;
  const llm::Architecture model = ModelOf(site, s.model(), path + ".model");
  CheckPools(site);
  if (!context.diagnostics.ok() || !CheckReplicas(site)) return nullptr;

  const bool pools = s.has_pools();
  const serving::ReplicaParallelism decode_parallelism = ParallelismOf(s.pools().decode().parallelism());
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
  const compute::Precision precision = PrecisionOf(site, *kernels, s.precision(), path + ".precision");
  GroupPlan first{model.name, {site, model, engine, profile, kernels, precision, KvBytes(s)},
                  ParallelismOf(pools ? s.pools().prefill().parallelism() : s.parallelism())};
  CheckParallelism(site, path + (pools ? ".pools.prefill" : ""), first.parallelism, model);
  if (pools) CheckParallelism(site, path + ".pools.decode", decode_parallelism, model);
  if (!context.diagnostics.ok()) return nullptr;
  AddDrafts(first.kind, pools ? decode_parallelism : first.parallelism);
  AddAdapters(first.kind);
  const schema::Replicas& r = s.replicas();
  const std::uint32_t size = first.size(), decode_size = decode_parallelism.accelerators();
  first.replicas = pools           ? s.pools().prefill().replicas()
                   : r.has_max()   ? r.max()
                   : r.has_count() ? r.count()
                                   : site.accelerators / size;
  if (!r.has_max() && !r.has_count() && !pools && (s.models_size() > 0 || s.has_rollout()))
    context.Error(path + ".replicas", "is needed with models or a rollout: how many of the accelerators are the first model's");
  std::vector<GroupPlan> groups{first};
  AddGroups(site, first, groups);
  for (const GroupPlan& g : groups)
    if (g.kind.precision == compute::Precision::kMxfp4 && !g.kind.model.is_moe())
      context.Error(path + ".precision", fmt::format("is mxfp4, which is of experts, and {} has none", g.kind.model.name));
  const std::uint32_t replicas = first.replicas;
  const std::uint32_t decode_replicas = pools ? s.pools().decode().replicas() : 0;
  std::uint64_t needed = std::uint64_t{decode_replicas} * decode_size;
  for (const GroupPlan& g : groups) needed += std::uint64_t{std::max(1u, g.replicas)} * g.size();
  if (needed > site.accelerators)
    context.Error(path + (pools ? ".pools" : ".replicas"),
                  pools ? fmt::format("{} prefill replicas of {} accelerators and {} decode replicas of {} need {}, there are {}",
                                      replicas, size, decode_replicas, decode_size, needed, site.accelerators)
                  : groups.size() > 1
                      ? fmt::format("of all models and versions need {} accelerators, there are {}", needed, site.accelerators)
                      : fmt::format("{} replicas of {} accelerators need {}, there are {}", std::max(1u, replicas), size,
                                    needed, site.accelerators));
  if (!context.diagnostics.ok()) return nullptr;

  auto cost = first.kind.Cost(first.parallelism);
  const serving::KvBudget budget = first.Budget();
  serving::DeploymentParams params;
  params.name = site.workload.name();
  params.router = s.router();
  params.seed = context.scenario.seed();
  std::uint32_t all = 0;
  std::vector<std::uint32_t> sizes;
  for (const GroupPlan& g : groups) {
    all += g.replicas;
    sizes.insert(sizes.end(), g.replicas, g.size());
  }
  AddTraffic(site, all, params);
  params.replica = first.kind.Replica(first.parallelism, budget);
  sizes.insert(sizes.end(), decode_replicas, decode_size);
  std::vector<serving::ReplicaPlace> places = PlacesOf(site.ports, sizes);
  auto take = [&, at = std::size_t{0}](std::uint32_t n) mutable {
    at += n;
    return std::vector<serving::ReplicaPlace>(places.begin() + at - n, places.begin() + at);
  };
  params.places = take(replicas);
  if (r.has_max()) params.autoscale = {r.min(), r.max(), r.scale_on().outstanding(), r.start_up()};
  std::optional<std::string> verdict;
  if (!budget.fits()) verdict = budget.Text();
  ServeRequests requests = RequestsOf(site, *cost);
  if (!requests.source) return nullptr;
  params.replica.prefix_unit_tokens = requests.prefix_unit;
  params.replica.read_ahead = s.kv_cache().read_ahead();
  std::vector<serving::ReplicaGroup> more;
  if (groups.size() > 1 && s.has_rollout()) {
    params.rollout = RolloutOf(site);
    params.groups = {"old", "new"};
  }
  for (std::size_t i = 1; i < groups.size(); ++i) {
    const GroupPlan& g = groups[i];
    const serving::KvBudget own_budget = g.Budget();
    if (!own_budget.fits() && !verdict) verdict = g.kind.model.name + ": " + own_budget.Text();
    serving::ReplicaGroup group{g.name, g.kind.Replica(g.parallelism, own_budget), take(g.replicas), g.kind.Cost(g.parallelism)};
    group.replica.prefix_unit_tokens = requests.prefix_unit;
    more.push_back(std::move(group));
  }
  if (!s.has_rollout() && groups.size() > 1)
    for (const GroupPlan& g : groups) {
      params.groups.push_back(g.name);
      params.shares.push_back(g.share);
    }
  std::optional<serving::DecodePool> decode;
  serving::KvBudget decode_budget = budget;
  if (pools) {
    if (site.fabric.scale_out.nic <= 0.0)
      context.Error(path + ".pools", fmt::format("need a network between nodes, and {} has none", site.system.name));
    decode_budget = first.kind.Budget(decode_parallelism);
    params.replica.hands_over = true;
    decode.emplace();
    decode->cost = first.kind.Cost(decode_parallelism);
    decode->replica = first.kind.Replica(decode_parallelism, decode_budget);
    decode->places = take(decode_replicas);
    decode->transfer = first.kind.Transfer(size, decode_size, s.pools().transfer() == "layer-wise");
    for (std::uint32_t i = 0; i < replicas; ++i) decode->transfer.senders.push_back(KvPlaceOf(site, i * size));
    for (std::uint32_t i = 0; i < decode_replicas; ++i)
      decode->transfer.receivers.push_back(KvPlaceOf(site, replicas * size + i * decode_size));
    if (!decode_budget.fits() && !verdict) verdict = decode_budget.Text();
  }
  serving::KvTierPlan tiers = PlanTiers(site, replicas, size, requests.prefix_unit,
                                        llm::KvBytesPerToken(model, first.kind.kv_bytes));
  std::vector<serving::StageParams> stages = StagesOf(site);
  CheckSlo(site, decode ? *decode->cost : *cost, params.slo, path + ".slo");
  if (!r.load_from().empty() && !r.has_max() && !s.has_rollout() && !s.has_failures())
    context.Error(path + ".replicas.load_from", "is given, and no replica starts while the run goes on");
  if (!context.diagnostics.ok()) return nullptr;
  const std::string text =
      pools ? fmt::format("serves {} by {} prefill replicas of {} accelerators, {} KV blocks each, and {} decode replicas of {}, "
                          "{} KV blocks each", model.name, replicas, size, budget.blocks, decode_replicas, decode_size,
                          decode_budget.blocks)
            : SizeText(first, params, groups, budget);
  if (verdict) return std::make_unique<ServingWork>(nullptr, text, verdict, requests.last_arrival, sizes, site.fabric.scale_up.domain);
  auto deployment = std::make_unique<serving::Deployment>(site.engine, std::move(params), std::move(cost),
                                                          std::move(requests.source), std::move(decode), std::move(more));
  if (!tiers.replicas.empty()) deployment->SetTiers(std::move(tiers));
  if (!stages.empty()) deployment->SetStages(std::move(stages));
  AddLoading(site, groups, *deployment);
  if (!context.diagnostics.ok()) return nullptr;
  return std::make_unique<ServingWork>(std::move(deployment), text, verdict, requests.last_arrival, sizes, site.fabric.scale_up.domain);
}

}  // namespace headroom::scenario
