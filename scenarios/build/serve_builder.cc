#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/llm/layer.h"
#include "models/serving/deployment.h"
#include "models/serving/kernel_shares.h"
#include "models/serving/kv_budget.h"
#include "scenarios/build/kernel_choice.h"
#include "scenarios/build/replica_faults.h"
#include "scenarios/build/serve_fleet.h"
#include "scenarios/build/serve_groups.h"
#include "scenarios/build/serve_requests.h"
#include "scenarios/build/serve_tiers.h"
#include "scenarios/build/site_services.h"
#include "scenarios/build/work.h"

namespace headroom::scenario {
namespace {

serving::EngineSettings SettingsOf(const schema::Serve& s, const catalog::Accelerator& chip) {
  serving::EngineSettings e = serving::Preset(s.engine());
  if (chip.family() == "lpu") e.reserve_memory = 0.0;  // contexts and graphs are of GPUs
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
  if (s.batching().has_schedule_ahead()) e.schedule_ahead = s.batching().schedule_ahead();
  if (s.batching().has_prompt_graphs()) e.graph_prompts = s.batching().prompt_graphs();
  e.first_use = s.batching().first_use();
  e.first_use_tokens = std::max(1u, s.batching().first_use_tokens());
  if (s.kv_cache().has_block_tokens()) e.block_tokens = s.kv_cache().block_tokens();
  if (s.kv_cache().has_memory_fraction()) e.memory_fraction = s.kv_cache().memory_fraction();
  if (s.kv_cache().has_reserve_memory()) e.reserve_memory = s.kv_cache().reserve_memory();
  if (!s.kv_cache().index().empty()) e.prefix_tree = s.kv_cache().index() == "radix";
  if (s.batching().has_graph_tokens()) e.graph_tokens = s.batching().graph_tokens();
  if (s.batching().has_graph_granule()) e.graph_granule = s.batching().graph_granule();
  const schema::EngineHost& host = s.host();
  if (host.has_fixed()) e.host_fixed = host.fixed();
  if (host.has_per_sequence()) e.host_per_sequence = host.per_sequence();
  if (host.has_per_answer()) e.host_per_answer = host.per_answer();
  if (host.has_overlapped()) e.host_overlapped = host.overlapped();
  if (host.has_exposed()) e.host_exposed = host.exposed();
  if (host.has_eager_layer()) e.eager_per_layer = host.eager_layer();
  if (host.has_eager_operator()) e.eager_per_operator = host.eager_operator();
  if (host.has_ingress()) e.ingress = host.ingress();
  if (host.has_egress()) e.egress = host.egress();
  if (s.has_low_latency_experts()) e.low_latency_experts = e.low_latency_groups = s.low_latency_experts();
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

class ServingWork final : public Work {
 public:
  ServingWork(std::unique_ptr<serving::Deployment> deployment, std::string size, std::optional<std::string> verdict,
              std::optional<double> last_arrival, const std::vector<std::uint32_t>& sizes, double leaf_traffic, std::uint32_t domain)
      : deployment_(std::move(deployment)),
        size_(std::move(size)),
        verdict_(std::move(verdict)),
        last_arrival_(last_arrival),
        leaf_traffic_(leaf_traffic),
        domain_(domain) {
    std::uint32_t end = 0;
    for (const std::uint32_t n : sizes) ends_.push_back(end += n);
  }

  std::string Size() const override { return verdict_ ? "cannot run: " + *verdict_ : size_; }
  std::optional<std::string> Verdict() const override { return verdict_; }
  std::optional<double> ExpectedSeconds() const override { return last_arrival_; }
  void Start(std::function<void()> on_done) override {
    deployment_->OnDone(std::move(on_done));
    deployment_->Start();
    if (faults_) faults_->Start();
  }
  void FailAs(std::unique_ptr<ReplicaFaults> faults) { faults_ = std::move(faults); }
  Settler& settler() override { return *deployment_; }
  void SetFabricLoss(const FabricLoss& loss, Instant now) override { deployment_->SetCut(loss.cut, domain_, now); }
  void SetArrivalRate(Instant now, double rate) override { deployment_->SetArrivalRate(now, rate); }
  std::optional<double> Tokens() const override {
    return static_cast<double>(deployment_->totals().output_tokens);
  }
  std::optional<QueueState> Queue() const override {
    return QueueState{double(deployment_->waiting()), double(deployment_->running()), deployment_->kv_share()};
  }
  double PricedTokens() const override { return *Tokens(); }
  bool SwitchedOff(std::uint32_t accelerator) const override {
    if (!deployment_ || deployment_->done()) return true;
    const std::size_t replica = std::upper_bound(ends_.begin(), ends_.end(), accelerator) - ends_.begin();
    if (replica == ends_.size()) return true;  // of no replica
    return deployment_->stage(replica) == serving::ReplicaStage::kOff;
  }
  UplinkUse uplink_use() const override { return {1.0, leaf_traffic_}; }
  void SetUplinkStretch(double stretch) override { deployment_->SetUplinkStretch(stretch); }
  std::vector<KernelTime> KernelTimes() const override {
    std::vector<KernelTime> out;
    if (deployment_)
      for (const serving::KernelShare& k : serving::KernelShares(*deployment_)) out.push_back({k.name, k.seconds, k.energy});
    return out;
  }
  double Energy() const override { return deployment_->totals().energy; }
  bool tells_traffic() const override { return true; }
  void AddTraffic(std::vector<PartTraffic>* parts) const override {
    for (std::size_t i = 0; deployment_ && i < deployment_->replicas(); ++i) {
      const std::uint32_t first = i > 0 ? ends_[i - 1] : 0;
      parts->push_back({first, ends_[i] - first, deployment_->passes(i).Add(deployment_->moved(i))});
    }
  }
  std::vector<KindTraffic> TrafficByKind() const override {
    std::vector<KindTraffic> out{{"passes", {}}, {"kv-transfer", {}}};
    for (std::size_t i = 0; deployment_ && i < deployment_->replicas(); ++i) {
      out[0].bytes.Add(deployment_->passes(i));
      out[1].bytes.Add(deployment_->moved(i));
    }
    return out;
  }
  double Held() const override { return deployment_->held(); }
  std::vector<WorkEvent> Events() const override {
    std::vector<WorkEvent> events;
    for (const serving::ScaleEvent& e : deployment_->scale_events())
      events.push_back({e.time, e.up ? "scale-up" : "scale-down", deployment_->name(),
                        fmt::format("{} to {} {}{}replicas", e.up ? e.replicas - 1 : e.replicas + 1, e.replicas, e.pool, e.pool.empty() ? "" : " ")});
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
                                                     deployment_->params().groups, serving::CallNames(*deployment_)));
  }

 private:
  std::unique_ptr<serving::Deployment> deployment_;
  std::unique_ptr<ReplicaFaults> faults_;
  std::string size_;
  std::vector<std::uint32_t> ends_;  ///< of each replica: accelerators up to and with it
  std::optional<std::string> verdict_;
  std::optional<double> last_arrival_;
  double leaf_traffic_;  ///< s of each second
  std::uint32_t domain_;
};

/// Has replicas that start read their weights from the store that the scenario names.
void AddLoading(const WorkSite& site, const std::vector<GroupPlan>& groups, serving::Deployment& deployment) {
  const std::string& name = site.workload.serve().replicas().load_from();
  if (name.empty()) return;
  storage::StoreService* store = site.services.Store(name, site.path + ".serve.replicas.load_from");
  if (store == nullptr) return;
  std::vector<storage::Request> reads;
  const catalog::Node& node = *site.system.node;
  const auto add = [&](const ServeKind& kind, const serving::ReplicaParallelism& parallelism, std::uint32_t replicas) {
    const std::uint32_t size = parallelism.accelerators();
    storage::Request read;
    read.bytes = serving::WeightBytes(kind.model, kind.precision, parallelism) * size;
    read.clients = std::max(1.0, static_cast<double>(size) / site.system.accelerators_per_node);
    if (node.nic() > 0) read.client_rate = node.nic();
    reads.insert(reads.end(), replicas, read);
  };
  for (const GroupPlan& g : groups) add(g.kind, g.parallelism, g.replicas);
  for (const GroupPlan& g : groups)
    if (g.decode) add(g.kind, g.decode->parallelism, g.decode->replicas);
  deployment.SetLoad([store, reads](std::size_t replica, std::function<void()> done) {
    store->Begin(reads[replica], std::move(done));
  });
}

std::string SizeText(const serving::DeploymentParams& params, const std::vector<GroupPlan>& groups) {
  std::string text;
  for (const GroupPlan& g : groups) {
    const std::string blocks = fmt::format("{} KV blocks each", g.Budget().blocks);
    text += text.empty() ? "serves " : "; ";
    if (g.decode) {
      const auto fewest = [](const std::optional<serving::AutoscaleParams>& scale) { return scale ? fmt::format("{} to ", scale->min) : ""; };
      text += fmt::format("{} by {}{} prefill replicas of {} accelerators, {}, and {}{} decode replicas of {}, {} KV blocks each",
                          g.kind.model.name, fewest(g.scale), g.replicas, g.size(), blocks, fewest(g.decode->scale), g.decode->replicas, g.decode->size(),
                          g.kind.Budget(g.decode->parallelism).blocks);
    } else if (text == "serves ") {
      const std::string fewest = params.autoscale ? fmt::format("{} to ", params.autoscale->min) : "";
      text += fmt::format("{} by {}{} replicas on {} accelerators, {}", g.kind.model.name, fewest, g.replicas, g.replicas * g.size(),
                          blocks);
    } else if (params.sharing) {
      text += fmt::format("{} on the same, {}", g.kind.model.name, blocks);
    } else {
      text += fmt::format("{} by {} replicas on {}", g.kind.model.name, g.replicas, g.replicas * g.size());
    }
  }
  const ServeKind& kind = groups[0].kind;
  return text + fmt::format("; confidence of {}: {}, of kernels {}: {}", kind.site.system.accelerator->name(),
                            kind.site.system.accelerator->confidence(), kind.profile.name(), kind.profile.confidence());
}

}  // namespace

Claim ClaimServe(const schema::Workload& workload, const std::string& path) {
  const schema::Serve& s = workload.serve();
  Claim claim{path + ".serve", s.accelerators().type(), s.accelerators().count()};
  if (claim.count == 0) claim.count = AcceleratorsOf(s);
  return claim;
}

namespace {

/// The first group of the scenario, without errors only where the context has none.
GroupPlan FirstGroup(const WorkSite& site, const llm::Architecture& model, const serving::EngineSettings& engine) {
  const schema::Serve& s = site.workload.serve();
  const std::string path = site.path + ".serve", own = serving::KernelStackOf(s.engine());
  const catalog::Kernels& profile = ChooseKernels(site.context, *site.system.accelerator, s.stack(), path + ".stack",
                                                  {own.c_str(), "vllm", "tensorrt-llm", "xla", "neuron"});
  auto kernels = std::make_shared<const compute::KernelModel>(*site.system.accelerator, profile);
  const compute::Precision precision = PrecisionOf(site, *kernels, s.precision(), path + ".precision");
  GroupPlan first{model.name, {site, model, engine, profile, kernels, precision, KvBytes(s)}, ParallelismOf(s.parallelism())};
  first.kind.blocks = s.kv_cache().blocks();
  if (s.has_pools()) {
    AddPools(site, s.pools(), path + ".pools", first, true);
  } else {
    CheckParallelism(site, path, first.parallelism, model);
    if (!site.context.diagnostics.ok()) return first;
    const schema::Replicas& r = s.replicas();
    first.replicas = r.has_max() ? r.max() : r.has_count() ? r.count() : site.accelerators / first.size();
    if (r.has_max()) first.scale = ScaleOf(r);
    if (!r.has_max() && !r.has_count() && ((s.models_size() > 0 && !s.has_sharing()) || s.has_rollout()))
      site.context.Error(path + ".replicas", "is needed with models or a rollout: how many of the accelerators are the first model's");
  }
  if (s.batching().preemption() == "swap" && site.system.accelerator->host_link() <= 0.0)
    site.context.Error(path + ".batching.preemption", fmt::format("swaps to host memory, and {} has no host_link",
                                                                  site.system.accelerator->name()));
  if (s.kv_cache().load() == "layer-wise" && s.kv_cache().tiers_size() == 0)
    site.context.Error(path + ".kv_cache.load", "is how prefixes come from tiers, and there are none");
  if (s.has_routing() && !model.is_moe())
    site.context.Error(path + ".routing", fmt::format("is of experts, and {} has none", model.name));
  if (!site.context.diagnostics.ok()) return first;
  AddDrafts(first.kind, first.decode ? first.decode->parallelism : first.parallelism);
  AddAdapters(first.kind);
  return first;
}

/// All groups need as many accelerators as there are at most.
void CheckRoom(const WorkSite& site, const std::vector<GroupPlan>& groups) {
  const schema::Serve& s = site.workload.serve();
  const std::string path = site.path + ".serve";
  const GroupPlan& first = groups[0];
  std::uint64_t needed = 0;
  for (const GroupPlan& g : groups)
    if (!s.has_sharing() || &g == &first)
      needed += std::uint64_t{std::max(1u, g.replicas)} * g.size() + (g.decode ? g.decode->replicas * g.decode->size() : 0);
  if (needed <= site.accelerators) return;
  if (first.decode && groups.size() == 1)
    site.context.Error(path + ".pools",
                       fmt::format("{} prefill replicas of {} accelerators and {} decode replicas of {} need {}, there are {}",
                                   first.replicas, first.size(), first.decode->replicas, first.decode->size(), needed, site.accelerators));
  else if (groups.size() > 1 && !s.has_sharing())
    site.context.Error(path + ".replicas",
                       fmt::format("of all models and versions need {} accelerators, there are {}", needed, site.accelerators));
  else
    site.context.Error(path + ".replicas", fmt::format("{} replicas of {} accelerators need {}, there are {}",
                                                       std::max(1u, first.replicas), first.size(), needed, site.accelerators));
}

/// s to bring the weights of a replica from host memory.
double SwapIn(const GroupPlan& g) {
  const double link = g.kind.site.system.accelerator->host_link();
  return link > 0.0 ? serving::WeightBytes(g.kind.model, g.kind.precision, g.parallelism) / link : 0.0;
}

/// What the scenario says of cache blocks against what memory leaves.
void CheckBlocks(const WorkSite& site, const GroupPlan& g) {
  const std::string path = site.path + ".serve.kv_cache.blocks";
  const auto check = [&](const serving::ReplicaParallelism& parallelism) {
    const serving::KvBudget budget = g.kind.Budget(parallelism);
    if (g.kind.blocks == 0 || budget.planned == 0 || g.kind.blocks <= budget.planned) return;
    const double bytes = g.kind.blocks / static_cast<double>(parallelism.attention_groups()) * budget.block_bytes;
    const std::string text = fmt::format("is {}; {} fit, by estimates of what else an engine keeps", g.kind.blocks, budget.planned);
    if (budget.weights + bytes > budget.capacity)
      site.context.Error(path, fmt::format("is {}, {:.1f} GB on each accelerator, which do not fit beside {:.1f} GB of weights into {:.1f} GB",
                                           g.kind.blocks, bytes * 1e-9, budget.weights * 1e-9, budget.capacity * 1e-9));
    else
      site.context.Warning(path, text);
  };
  check(g.parallelism);
  if (g.decode) check(g.decode->parallelism);
}

std::optional<std::string> VerdictOn(const std::vector<GroupPlan>& groups) {
  for (const GroupPlan& g : groups) {
    const std::string name = &g == &groups[0] ? "" : g.kind.model.name + ": ";
    if (const serving::KvBudget budget = g.Budget(); !budget.fits()) return name + budget.Text();
    if (!g.decode) continue;
    if (const serving::KvBudget budget = g.kind.Budget(g.decode->parallelism); !budget.fits()) return name + budget.Text();
  }
  return std::nullopt;
}

}  // namespace

std::unique_ptr<Work> BuildServe(const WorkSite& site) {
  const BuildContext& context = site.context;
  const schema::Serve& s = site.workload.serve();
  const std::string path = site.path + ".serve";
  const llm::Architecture model = ModelOf(site, s.model(), path + ".model");
  if (!context.diagnostics.ok() || !CheckReplicas(site)) return nullptr;
  const serving::EngineSettings engine = SettingsOf(s, *site.system.accelerator);
  try {
    serving::Validate(engine);
  } catch (const ConfigError& e) {
    for (const Finding& f : e.findings()) context.Error(path + ".batching", f.message);
  }
  std::vector<GroupPlan> groups{FirstGroup(site, model, engine)};
  if (!context.diagnostics.ok()) return nullptr;
  AddGroups(site, groups);
  if (!context.diagnostics.ok()) return nullptr;
  for (const GroupPlan& g : groups)
    if (g.kind.precision == compute::Precision::kMxfp4 && !g.kind.model.is_moe())
      context.Error(path + ".precision", fmt::format("is mxfp4, which is of experts, and {} has none", g.kind.model.name));
  CheckRoom(site, groups);
  CheckBlocks(site, groups[0]);
  if (!context.diagnostics.ok()) return nullptr;
  const GroupPlan& first = groups[0];

  auto cost = first.kind.Cost(first.parallelism);
  serving::DeploymentParams params;
  params.name = site.workload.name();
  params.router = s.router();
  params.seed = context.scenario.seed();
  std::vector<std::uint32_t> sizes;
  std::uint32_t replicas = 0;
  for (const GroupPlan& g : groups) {
    replicas += g.replicas + (g.decode ? g.decode->replicas : 0);
    if (!s.has_sharing() || &g == &first) sizes.insert(sizes.end(), g.replicas, g.size());
  }
  for (const GroupPlan& g : groups)
    if (g.decode) sizes.insert(sizes.end(), g.decode->replicas, g.decode->size());
  AddTraffic(site, replicas, params);
  const std::vector<serving::ReplicaPlace> places = PlacesOf(site.ports, sizes);
  std::size_t taken = 0;
  std::uint32_t used = 0;  // accelerators of those
  const auto take = [&](std::uint32_t n, std::uint32_t size) {
    used += n * size;
    taken += n;
    return std::vector<serving::ReplicaPlace>(places.begin() + taken - n, places.begin() + taken);
  };
  const schema::Replicas& r = s.replicas();
  params.autoscale = first.scale;
  if (s.has_sharing()) params.sharing = serving::SharingParams{s.sharing().how() == "swapped", s.sharing().patience()};
  if (s.has_rollout()) {
    params.rollout = RolloutOf(site);
    params.groups = {"old", "new"};
  } else if (groups.size() > 1) {
    for (const GroupPlan& g : groups) {
      params.groups.push_back(g.name);
      params.shares.push_back(g.share);
    }
  }
  ServeRequests requests = RequestsOf(site, *cost);
  if (!requests.source) return nullptr;
  std::vector<serving::ReplicaGroup> made;
  std::vector<std::uint32_t> begins;
  for (const GroupPlan& g : groups) {
    serving::ReplicaGroup group{g.name, g.kind.Replica(g.parallelism, g.Budget()), {}, nullptr, {}, SwapIn(g)};
    group.replica.prefix_unit_tokens = requests.prefix_unit;
    group.replica.hands_over = g.decode.has_value();
    begins.push_back(used);
    group.places = s.has_sharing() && &g != &first ? made[0].places : take(g.replicas, g.size());
    if (&g != &first) group.cost = g.kind.Cost(g.parallelism);
    made.push_back(std::move(group));
  }
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (!groups[i].decode) continue;
    const std::uint32_t decoders = used;
    auto own = take(groups[i].decode->replicas, groups[i].decode->size());
    made[i].decode = DecodersOf(groups[i], std::move(own), begins[i], decoders);
  }
  params.replica = made[0].replica;
  params.replica.read_ahead = s.kv_cache().read_ahead();
  params.places = made[0].places;
  params.load = made[0].load;
  std::optional<serving::DecodePool> decode = std::move(made[0].decode);
  std::vector<serving::ReplicaGroup> more(std::make_move_iterator(made.begin() + 1), std::make_move_iterator(made.end()));
  serving::KvTierPlan tiers = PlanTiers(site, first.replicas, first.size(), requests.prefix_unit,
                                        llm::KvBytesPerToken(model, first.kind.kv_bytes));
  std::vector<serving::StageParams> stages = StagesOf(site);
  CheckSlo(site, decode ? *decode->cost : *cost, params.slo, path + ".slo");
  if (!r.load_from().empty() && !first.scale && !(first.decode && first.decode->scale) && !s.has_rollout() && !s.has_failures() && !site.services.failures())
    context.Error(path + ".replicas.load_from", "is given, and no replica starts while the run goes on");
  if (!context.diagnostics.ok()) return nullptr;
  const std::string text = SizeText(params, groups);
  const double leaf_traffic = LeafTraffic(site, groups, requests.prompt_rate);
  const std::uint32_t domain = site.fabric.scale_up.domain;
  if (const std::optional<std::string> verdict = VerdictOn(groups))
    return std::make_unique<ServingWork>(nullptr, text, verdict, requests.last_arrival, sizes, leaf_traffic, domain);
  auto deployment = std::make_unique<serving::Deployment>(site.engine, std::move(params), std::move(cost),
                                                          std::move(requests.source), std::move(decode), std::move(more));
  if (!tiers.replicas.empty()) deployment->SetTiers(std::move(tiers));
  if (!stages.empty()) deployment->SetStages(std::move(stages));
  AddLoading(site, groups, *deployment);
  if (!context.diagnostics.ok()) return nullptr;
  std::unique_ptr<ReplicaFaults> faults;
  if (site.services.failures() && site.system.node != nullptr) faults = std::make_unique<ReplicaFaults>(site, sizes, *deployment);
  if (!context.diagnostics.ok()) return nullptr;
  auto work = std::make_unique<ServingWork>(std::move(deployment), text, std::nullopt, requests.last_arrival, sizes, leaf_traffic, domain);
  work->FailAs(std::move(faults));
  return work;
}

}  // namespace headroom::scenario
