#pragma once

#include <memory>
#include <string>

#include "models/llm/architecture.h"
#include "models/serving/iteration_cost.h"
#include "models/serving/kv_budget.h"
#include "models/serving/kv_transfer.h"
#include "models/serving/llm_operators.h"
#include "models/serving/replica.h"
#include "scenarios/build/work.h"

namespace headroom::scenario {

/// What the replicas of one model have in common, and how one of a given parallelism is made.
struct ServeKind {
  const WorkSite& site;
  llm::Architecture model;
  const serving::EngineSettings& engine;
  const catalog::Kernels& profile;
  std::shared_ptr<const compute::KernelModel> kernels;
  compute::Precision precision;
  double kv_bytes;
  serving::Speculation speculation = {};
  std::shared_ptr<const llm::Architecture> draft = {};  ///< of a draft model
  serving::AdapterParams adapters = {};
  double adapter_rank = 0.0;
  double busiest = 1.0;  ///< load of the busiest expert rank over the mean
  std::uint32_t blocks = 0;  ///< of a replica's cache; 0: what memory leaves
  double memory = 1.0;   ///< share of device memory that its engine has

  serving::EngineSettings EngineFor(const serving::ReplicaParallelism& parallelism) const;
  std::unique_ptr<const serving::IterationCost> Cost(const serving::ReplicaParallelism& parallelism) const;
  serving::KvBudget Budget(const serving::ReplicaParallelism& parallelism) const;
  serving::ReplicaParams Replica(const serving::ReplicaParallelism& parallelism, const serving::KvBudget& budget) const;
  /// Between replicas of `from` and `to` accelerators.
  serving::KvTransferParams Transfer(std::uint32_t from, std::uint32_t to, bool layers) const;
};

serving::ReplicaParallelism ParallelismOf(const schema::ServeParallelism& p);
void CheckParallelism(const WorkSite& site, const std::string& path, const serving::ReplicaParallelism& parallelism,
                      const llm::Architecture& model);
/// The dimensions of a model; nothing of use after an error at `path`.
llm::Architecture ModelOf(const WorkSite& site, const catalog::Llm& written, const std::string& path);

/// Load of the busiest of `ep` expert ranks over the mean, by `routing` of the deployment.
double BusiestExperts(const WorkSite& site, const llm::Architecture& model, std::uint32_t ep);

/// Speculation and adapters of the scenario, put into `kind`; errors go to the context.
void AddDrafts(ServeKind& kind, const serving::ReplicaParallelism& parallelism);
void AddAdapters(ServeKind& kind);

}  // namespace headroom::scenario
