#include "scenarios/build/train_recovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "models/failure/domain_interruptions.h"
#include "models/llm/parameters.h"
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

void FillCheckpoint(const WorkSite& site, const training::StepParams& step, training::TrainingJobParams* job) {
  const schema::Checkpoint& written = site.workload.train().checkpoint();
  const std::string to = site.path + ".train.checkpoint.to";
  training::CheckpointPlan& plan = job->checkpoint;
  plan.store = site.services.Store(written.to(), to);
  if (plan.store == nullptr) return;
  const double bytes = llm::TotalParameters(step.model) * (step.framework.weight_bytes + step.framework.optimizer_bytes);
  if (plan.store->params().capacity < bytes)
    site.context.Error(to, fmt::format("one checkpoint of {:.3g} TB does not fit in the {:.3g} TB of '{}'", bytes / 1e12,
                                       plan.store->params().capacity / 1e12, written.to()));
  plan.every = written.every();
  plan.asynchronous = written.asynchronous();
  plan.blocking = bytes / site.accelerators / site.system.accelerator->host_link();
  plan.save = Evenly(site, storage::Direction::kWrite, bytes);
  plan.load = Evenly(site, storage::Direction::kRead, bytes);
}

void FillData(const WorkSite& site, const training::StepParams& step, training::TrainingJobParams* job) {
  const schema::DataFeed& data = site.workload.train().data();
  storage::StoreService* store = site.services.Store(data.from(), site.path + ".train.data.from");
  if (store == nullptr) return;
  const double bytes = step.plan.tokens_per_step() * BytesPerToken(step.model.vocab);
  job->data = {store, Evenly(site, storage::Direction::kRead, bytes)};
}

}  // namespace

void FillRecovery(const WorkSite& site, const training::StepParams& step, training::TrainingJobParams* job) {
  const schema::Train& t = site.workload.train();
  job->idle_watts = step.tdp * step.power.idle;
  if (t.has_checkpoint()) FillCheckpoint(site, step, job);
  if (t.has_data()) FillData(site, step, job);
  if (!site.services.failures()) return;
  training::FaultPlan& faults = job->faults;
  const std::uint32_t per_node = std::max(1u, site.system.accelerators_per_node);
  const std::string stream_path = site.path + ".failures";
  const auto stream = std::make_shared<failure::DomainInterruptions>(
      failure::Interruptions(*site.services.failures(), site.accelerators, site.context.scenario.seed(), stream_path, site.services.shape(per_node)),
      site.services.Domains(site.system.nodes_per_rack, site.nodes_per_leaf), site.services.repair_spread(),
      (site.accelerators + per_node - 1) / per_node, per_node, site.context.scenario.seed(), stream_path);
  faults.profile = stream->profile();
  faults.next = [stream] { return stream->Next(); };
  faults.nodes = &site.services.Spares(site.system.node->name());
  faults.accelerators_per_node = std::max(1u, site.system.accelerators_per_node);
  if (!t.has_checkpoint())
    site.context.Warning(site.path + ".train", "has no checkpoint: each failure takes it back to its start");
}

}  // namespace headroom::scenario
