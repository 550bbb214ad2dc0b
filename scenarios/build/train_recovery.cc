#include "scenarios/build/train_recovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>

#include "models/failure/domain_interruptions.h"
#include "models/llm/parameters.h"
#include "models/training/step_account.h"
#include "scenarios/build/site_services.h"

namespace headroom::scenario {
namespace {

/// Tokens on disk: 32-bit numbers, 16-bit where the vocabulary allows.
double BytesPerToken(double vocab) { return vocab <= 65536 ? 2 : 4; }

/// Every node reads or writes its share, at most at the rate of its NICs; one file for each accelerator.
storage::Request Evenly(const WorkSite& site, storage::Direction direction, double bytes) {
  const catalog::Node& node = *site.system.node;
  const double per_node = std::max(1u, site.system.accelerators_per_node);
  storage::Request r;
  r.direction = direction;
  r.bytes = bytes;
  r.clients = std::ceil(site.accelerators / per_node);
  r.client_rate = node.nic() > 0 ? node.nic() : site.system.accelerator->nic() * per_node;
  r.files = site.accelerators;
  return r;
}

/// B/s of one drive, and what makes up one.
constexpr double kDrive = 3.84e12;

/// Copies on the nodes: through the accelerators' host links, or to the drives at what the catalog says of one.
void FillTiers(const WorkSite& site, double bytes, const storage::Request& spread, double training_share, training::CheckpointPlan* plan) {
  const schema::Checkpoint& written = site.workload.train().checkpoint();
  const catalog::Node& node = *site.system.node;
  const double per_node = std::max(1u, site.system.accelerators_per_node), node_bytes = bytes / spread.clients;
  double memory = 0.0;
  for (int i = 0; i < written.tiers_size(); ++i) {
    const schema::CheckpointTier& t = written.tiers(i);
    const std::string path = fmt::format("{}.train.checkpoint.tiers[{}]", site.path, i);
    const bool drives = t.in() == "nvme";
    training::CheckpointTier tier;
    tier.name = t.in();
    tier.every = t.every();
    tier.copies = t.copies();
    tier.comes_back = drives;
    double in = per_node * site.system.accelerator->host_link(), out = in;
    if (drives) {
      const catalog::Storage& drive = site.context.library.storage("local-nvme");
      const double count = std::max(1.0, std::round(node.nvme() / kDrive));
      in = count * drive.client_write();
      out = count * drive.client_read();
      if (node.nvme() < node_bytes) site.context.Error(path, fmt::format("a node's state is {:.3g} TB, and {} has {:.3g} TB of drives", node_bytes / 1e12, node.name(), node.nvme() / 1e12));
      if (t.copies() > 1) site.context.Error(path + ".copies", "are of host-memory");
      if (i > 0 && written.tiers(i - 1).in() == "nvme") site.context.Error(path + ".in", "is that of another tier");
    } else if (i > 0) {
      site.context.Error(path + ".in", "host-memory is the nearest: it comes first, and once");
    } else {
      // One set that is complete and one that is written.
      memory = 2.0 * t.copies() * node_bytes;
      if (memory > node.host_memory())
        site.context.Error(path, fmt::format("two sets of {} copies of {:.3g} GB are {:.3g} GB; {} has {:.3g} GB of host memory", t.copies(), node_bytes / 1e9,
                                             memory / 1e9, node.name(), node.host_memory() / 1e9));
    }
    if (t.has_rate()) in = out = t.rate();
    if (t.copies() > spread.clients) site.context.Error(path + ".copies", fmt::format("are {}, on {} nodes", t.copies(), spread.clients));
    tier.write = node_bytes / in;
    tier.load = node_bytes / out;
    tier.fetch = node_bytes / spread.client_rate;
    tier.send = (tier.copies - 1) * node_bytes / (spread.client_rate * (1.0 - training_share));
    plan->tiers.push_back(tier);
  }
}

void FillCheckpoint(const WorkSite& site, const training::StepParams& step, double training_share, training::TrainingJobParams* job) {
  const schema::Checkpoint& written = site.workload.train().checkpoint();
  const std::string to = site.path + ".train.checkpoint.to";
  training::CheckpointPlan& plan = job->checkpoint;
  plan.store = site.services.Store(written.to(), to);
  if (plan.store == nullptr) return;
  const double bytes = llm::TotalParameters(step.model) * (step.framework.weight_bytes + step.framework.optimizer_bytes);
  if (plan.store->params().capacity < bytes)
    site.context.Error(to, fmt::format("one checkpoint of {:.3g} TB does not fit in the {:.3g} TB of '{}'", bytes / 1e12,
                                       plan.store->params().capacity / 1e12, written.to()));
  else if (written.has_keep() && plan.store->params().capacity < bytes * written.keep())
    site.context.Error(site.path + ".train.checkpoint.keep", fmt::format("is {}; {} checkpoints of {:.3g} TB fit in the {:.3g} TB of '{}'", written.keep(),
                                                                         std::floor(plan.store->params().capacity / bytes), bytes / 1e12,
                                                                         plan.store->params().capacity / 1e12, written.to()));
  const double fit = plan.store->params().capacity / bytes;
  if (written.has_keep()) plan.keep = written.keep();
  else if (fit < 1e9) plan.keep = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(fit));
  plan.every = written.every();
  plan.asynchronous = written.asynchronous();
  plan.blocking = bytes / site.accelerators / site.system.accelerator->host_link();
  plan.save = Evenly(site, storage::Direction::kWrite, bytes);
  plan.load = Evenly(site, storage::Direction::kRead, bytes);
  if (written.tiers_size() == 0) return;
  FillTiers(site, bytes, plan.save, training_share, &plan);
  // Drains get what training leaves of the NICs, and of the uplinks that all nodes share.
  plan.save.client_rate *= (1.0 - training_share) / std::max(1.0, site.context.scenario.site().fabric().oversubscription());
}

void FillData(const WorkSite& site, const training::StepParams& step, training::TrainingJobParams* job) {
  const schema::DataFeed& data = site.workload.train().data();
  const std::string path = site.path + ".train.data";
  storage::StoreService* store = site.services.Store(data.from(), path + ".from");
  if (store == nullptr) return;
  const double bytes = data.has_sequence_size() ? data.sequence_size() * step.plan.global_batch : step.plan.tokens_per_step() * BytesPerToken(step.model.vocab);
  training::DataPlan& plan = job->data;
  plan = {store, Evenly(site, storage::Direction::kRead, bytes)};
  plan.prefetch = data.prefetch();
  plan.set = data.set();
  if (!data.has_cache()) return;
  if (!data.has_set()) return site.context.Error(path + ".set", "is due with a cache: how much there is to read");
  const catalog::Node& node = *site.system.node;
  if (data.cache() > node.nvme())
    return site.context.Error(path + ".cache", fmt::format("is {:.3g} TB of each node; {} has {:.3g} TB of drives", data.cache() / 1e12, node.name(), node.nvme() / 1e12));
  const double nodes = plan.step.clients, drives = std::max(1.0, std::round(node.nvme() / kDrive));
  plan.cached = std::min(1.0, (data.shared_cache() ? nodes : 1.0) * data.cache() / data.set());
  const double rate = drives * site.context.library.storage("local-nvme").client_read();
  plan.cache_seconds = bytes / nodes / (data.shared_cache() ? std::min(rate, plan.step.client_rate) : rate);
}

/// The plan on fewer replicas, worked out when it is first needed; null where it breaks a rule or does not fit.
training::ShrinkPlan ShrinkOf(const training::StepModel& model, bool keep_batch) {
  training::ShrinkPlan out;
  out.keep_batch = keep_batch;
  const auto known = std::make_shared<std::map<std::uint32_t, std::unique_ptr<training::StepModel>>>();
  out.model = [known, &model, keep_batch](std::uint32_t replicas) -> const training::StepModel* {
    if (const auto found = known->find(replicas); found != known->end()) return found->second.get();
    std::unique_ptr<training::StepModel>& made = (*known)[replicas];
    training::StepParams params = model.params();
    training::ParallelPlan& plan = params.plan;
    if (plan.mirrored) return nullptr;
    const std::uint32_t each = keep_batch ? (plan.global_batch + replicas * plan.micro_batch - 1) / (replicas * plan.micro_batch) * plan.micro_batch
                                          : plan.global_batch / plan.dp;
    plan.dp = replicas;
    plan.global_batch = replicas * each;
    if (!training::Check(plan, params.model, plan.accelerators()).empty()) return nullptr;
    auto fewer = std::make_unique<training::StepModel>(std::move(params), model.kernels());
    if (fewer->Evaluate().memory.fits) made = std::move(fewer);
    return made.get();
  };
  return out;
}

void FillFaults(const WorkSite& site, const training::StepModel& model, training::TrainingJobParams* job) {
  const schema::Train& t = site.workload.train();
  const schema::Failures& f = site.context.scenario.site().failures();
  constexpr double kYear = 365.25 * 86400.0;
  training::FaultPlan& faults = job->faults;
  const std::uint32_t per_node = std::max(1u, site.system.accelerators_per_node);
  const std::uint32_t nodes = (site.accelerators + per_node - 1) / per_node;
  faults.path = site.path + ".failures";
  faults.seed = site.context.scenario.seed();
  const auto stream = std::make_shared<failure::DomainInterruptions>(
      failure::Interruptions(*site.services.failures(), site.accelerators, faults.seed, faults.path, site.services.shape(per_node)),
      site.services.Domains(site.system.nodes_per_rack, site.nodes_per_leaf), site.services.repair_spread(), nodes, per_node, faults.seed, faults.path);
  faults.profile = stream->profile();
  faults.next = [stream] { return stream->Next(); };
  faults.nodes = &site.services.Spares(site.system.node->name());
  faults.reaction = t.on_failure() == "wait" ? training::Reaction::kWait : t.on_failure() == "shrink" ? training::Reaction::kShrink : training::Reaction::kReplace;
  if (f.has_stragglers()) faults.stragglers = {nodes * f.stragglers().per_year() / kYear, f.stragglers().pace(), f.stragglers().lasts()};
  if (f.has_silent()) faults.silent = {nodes * f.silent().per_year() / kYear, f.silent().seen_after()};
  if (faults.reaction == training::Reaction::kShrink) {
    job->shrink = ShrinkOf(model, t.shrunk_batch() == "keep");
    if (model.params().plan.dp == 1) site.context.Warning(site.path + ".train.on_failure", "is shrink, and there is one data parallel replica: it waits instead");
    if (model.params().plan.mirrored) site.context.Warning(site.path + ".train.on_failure", "is shrink, which DualPipe's mirrored replicas cannot: it waits instead");
  }
  if (!t.has_checkpoint())
    site.context.Warning(site.path + ".train", "has no checkpoint: each failure takes it back to its start");
}

}  // namespace

void FillRecovery(const WorkSite& site, const training::StepModel& model, const training::StepResult& full, training::TrainingJobParams* job) {
  const schema::Train& t = site.workload.train();
  const training::StepParams& step = model.params();
  job->idle_watts = step.tdp * step.power.idle;
  // NICs are busy with training for this share of a step.
  const double share = std::min(0.95, training::UplinkSeconds(step, full) / full.step_time);
  job->faults.accelerators_per_node = std::max(1u, site.system.accelerators_per_node);
  if (t.has_checkpoint()) FillCheckpoint(site, step, share, job);
  if (t.has_data()) FillData(site, step, job);
  if (!site.workload.has_queued() && site.services.failures()) {
    FillFaults(site, model, job);
  } else if (t.on_failure() != "replace") {
    site.context.Error(site.path + ".train.on_failure", site.workload.has_queued() ? "is of training with accelerators of its own; what is queued goes back to its queue"
                                                                                   : "is given, and site.failures is not");
  }
}

}  // namespace headroom::scenario
