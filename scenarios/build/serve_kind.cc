#include "scenarios/build/serve_kind.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/llm/layer.h"
#include "models/network/fabric.h"
#include "models/serving/replica_design.h"
#include "scenarios/build/train_routing.h"

namespace headroom::scenario {

serving::ReplicaParallelism ParallelismOf(const schema::ServeParallelism& p) { return {p.tp(), p.pp(), p.ep(), p.cp()}; }

void CheckParallelism(const WorkSite& site, const std::string& path, const serving::ReplicaParallelism& parallelism,
                      const llm::Architecture& model) {
  for (const serving::ParallelismProblem& p : serving::Check(parallelism, model))
    site.context.Error(path + "." + p.field, p.message);
}

llm::Architecture ModelOf(const WorkSite& site, const catalog::Llm& written, const std::string& path) {
  const catalog::Llm sheet = site.context.library.Resolve(written);
  const auto problems = llm::Check(sheet);
  for (const auto& p : problems) site.context.Error(path + "." + p.field, p.message);
  return problems.empty() ? llm::Resolve(sheet) : llm::Architecture{};
}

/// The engine's settings for all attention groups together.
serving::EngineSettings ServeKind::EngineFor(const serving::ReplicaParallelism& parallelism) const {
  serving::EngineSettings all = engine;
  all.max_tokens *= parallelism.attention_groups();
  return all;
}

std::unique_ptr<const serving::IterationCost> ServeKind::Cost(const serving::ReplicaParallelism& parallelism) const {
  serving::LlmOperatorParams operators =
      serving::OperatorParams(model, parallelism, precision, kv_bytes, engine, site.fabric);
  operators.power_limit = site.system.power_limit;
  operators.adapter_rank = adapter_rank;
  operators.busiest = BusiestExperts(site, model, parallelism.ep);
  auto cost = std::make_unique<serving::IterationCost>(
      std::make_unique<serving::LlmOperators>(kernels, std::move(operators)), EngineFor(parallelism), parallelism.pp,
      serving::EagerHost(engine, model, precision, *site.system.accelerator), profile.prompt_overhead(), parallelism.cp);
  cost->SetSpeculation(speculation);
  return cost;
}

serving::KvBudget ServeKind::Budget(const serving::ReplicaParallelism& parallelism) const {
  serving::KvGuests guests = serving::LayerDraftGuests(speculation, model, precision, kv_bytes, parallelism);
  if (draft != nullptr) {
    guests.weights = serving::WeightBytes(*draft, precision, parallelism);
    guests.keys_per_token = serving::KvBytesPerToken(*draft, kv_bytes, parallelism);
  }
  if (adapters.count > 0) guests.weights += adapters.resident * serving::AdapterBytes(model, adapter_rank, parallelism.tp);
  serving::KvBudget budget = serving::PlanKv(model, precision, kv_bytes, parallelism, EngineFor(parallelism),
                                             memory * serving::DeviceMemory(*site.system.accelerator), guests);
  if (blocks > 0 && budget.fits()) budget.blocks = blocks;
  return budget;
}

serving::ReplicaParams ServeKind::Replica(const serving::ReplicaParallelism& parallelism, const serving::KvBudget& budget) const {
  serving::ReplicaParams replica;
  replica.accelerators = parallelism.accelerators();
  replica.kv_blocks = budget.blocks;
  replica.seed = site.context.scenario.seed();
  replica.path = "workloads." + site.workload.name();
  replica.adapters = adapters;
  replica.eviction = {serving::EvictionFromName(site.workload.serve().kv_cache().eviction()), engine.prefix_tree};
  replica.traffic = serving::TrafficPerToken(model, parallelism, site.fabric);
  if (adapters.count > 0)
    replica.adapters.load = serving::AdapterBytes(model, adapter_rank, parallelism.tp) / site.system.accelerator->host_link();
  const schema::Serve& s = site.workload.serve();
  if (s.kv_cache().load() == "layer-wise") replica.load_layers = model.layers;
  if (s.batching().preemption() == "swap") {
    const double blocks = s.batching().swap_space() / budget.block_bytes * parallelism.attention_groups();
    replica.swap_blocks = static_cast<std::uint32_t>(std::min(blocks, 4e9));
    replica.swap_block = budget.block_bytes / site.system.accelerator->host_link();
  }
  if (model.max_length > 0) replica.max_length = static_cast<std::uint32_t>(model.max_length);
  return replica;
}

serving::KvTransferParams ServeKind::Transfer(std::uint32_t from, std::uint32_t to, bool layers) const {
  const network::ScaleOutParams& out = site.fabric.scale_out;
  const double nic = out.nic * out.efficiency;
  return {nic * from, nic * to, out.spine_delay,
          llm::KvBytesPerToken(model, kv_bytes), layers ? model.layers : 0};
}

void AddDrafts(ServeKind& kind, const serving::ReplicaParallelism& parallelism) {
  const WorkSite& site = kind.site;
  const schema::Speculative& s = site.workload.serve().speculative();
  const std::string path = site.path + ".serve.speculative.";
  if (s.method() == "none" && !s.has_draft_tokens() && s.tree_size() == 0) return;
  const auto wrong = [&](const char* key, const std::string& text) { site.context.Error(path + key, text); };
  serving::Speculation& spec = kind.speculation;
  if (s.has_draft_tokens() == (s.tree_size() > 0))
    wrong("draft_tokens", "is needed, or tree; one of them: how many tokens an iteration drafts");
  spec.tokens = s.tree_size() > 0 ? static_cast<std::uint32_t>(s.tree_size()) : s.draft_tokens();
  spec.tree.assign(s.tree().begin(), s.tree().end());
  double nodes = 0.0, width = 1.0;
  for (const std::uint32_t b : s.tree()) nodes += width *= b;
  if (nodes > 255.0) wrong("tree", fmt::format("has {:.0f} candidates; at most 255 are checked at once", nodes));
  if (s.tree_size() > 0 && (s.method() == "n-gram" || !s.published().empty()))
    wrong("tree", "goes with a method that drafts, and with acceptance of one candidate");
  if (s.has_max_batch()) spec.max_batch = s.max_batch();
  if (s.has_acceptance() + (s.acceptance_by_position_size() > 0) + !s.published().empty() != 1)
    return wrong("acceptance", "is needed, or acceptance_by_position or published; one of them");
  if (s.has_acceptance()) spec.acceptance = {s.acceptance()};
  if (!s.published().empty()) spec.acceptance = serving::FindPublishedAcceptance(s.published()).Acceptance();
  spec.acceptance.insert(spec.acceptance.end(), s.acceptance_by_position().begin(), s.acceptance_by_position().end());
  const bool own = s.method() == "eagle" || s.method() == "mtp";
  if (s.has_draft_cost() && s.method() != "none")
    return wrong("draft_cost", fmt::format("is given, and method {} has a cost of its own", s.method()));
  if (s.method() == "none" && !s.has_draft_cost()) return wrong("method", "is needed, or draft_cost");
  if (s.has_draft_model() != (s.method() == "draft-model"))
    return wrong("draft_model", "goes with method draft-model, and that with it");
  spec.draft = own ? serving::Draft::kLayer
               : s.method() == "n-gram" ? serving::Draft::kLookup
               : s.method() == "none"   ? serving::Draft::kShare
                                        : serving::Draft::kModel;
  spec.share = s.draft_cost();
  spec.layers = kind.model.layers;
  if (!s.has_draft_model()) return;
  const llm::Architecture draft = ModelOf(site, s.draft_model(), path + "draft_model");
  if (!site.context.diagnostics.ok()) return;
  CheckParallelism(site, path + "draft_model", parallelism, draft);
  if (!site.context.diagnostics.ok()) return;
  const ServeKind small{site, draft, kind.engine, kind.profile, kind.kernels, kind.precision, kind.kv_bytes};
  spec.model = small.Cost(parallelism);
  kind.draft = std::make_shared<const llm::Architecture>(draft);
}

double BusiestExperts(const WorkSite& site, const llm::Architecture& model, std::uint32_t ep) {
  const schema::Serve& s = site.workload.serve();
  if (!s.has_routing()) return 1.0;
  return BusiestOf(site.context, s.routing(), site.path + ".serve.routing", site.folder, model, ep);
}

void AddAdapters(ServeKind& kind) {
  const WorkSite& site = kind.site;
  const schema::Serve& s = site.workload.serve();
  if (!s.has_adapters()) return;
  const schema::Adapters& a = s.adapters();
  const std::string path = site.path + ".serve.adapters";
  if (site.system.accelerator->host_link() <= 0.0)
    site.context.Error(path, fmt::format("are copied from host memory, and {} has no host_link", site.system.accelerator->name()));
  kind.adapters = {a.count(), std::min(a.resident(), a.count()), 0.0};
  kind.adapter_rank = a.rank();
}

}  // namespace headroom::scenario
