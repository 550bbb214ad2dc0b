#pragma once

#include <memory>

#include "models/catalog/catalog.pb.h"
#include "models/network/fabric.h"
#include "models/serving/iteration_cost.h"
#include "models/serving/kv_budget.h"
#include "models/serving/llm_operators.h"
#include "models/serving/replica.h"
#include "models/serving/speculation.h"

namespace headroom::serving {

/// Everything that decides how fast one replica is and what it holds.
struct ReplicaDesignParams {
  llm::Architecture model;
  ReplicaParallelism parallelism;
  EngineSettings engine;
  compute::Precision precision = compute::Precision::kBf16;
  double kv_bytes = 2.0;  ///< of one cached element
  network::FabricParams fabric;
  Speculation speculation;
};

struct ReplicaDesign {
  KvBudget budget;  ///< look at fits() first
  std::unique_ptr<const IterationCost> cost;
  /// For Replica and Deployment; prefix caching is added by the caller.
  ReplicaParams replica;
};

/// @throws ConfigError where the engine's settings, the precision on this chip, or the parallelism
/// on this model do not fit together. A model too large for the memory is no error here: see
/// budget.
ReplicaDesign DesignReplica(const catalog::Accelerator& accelerator,
                            const catalog::Kernels& profile, const ReplicaDesignParams& params);

/// What a forward pass on one replica needs, but for a power limit.
LlmOperatorParams OperatorParams(const llm::Architecture& model, const ReplicaParallelism& parallelism,
                                 compute::Precision precision, double kv_bytes, const EngineSettings& engine,
                                 const network::FabricParams& fabric);

/// What a drafting layer of the model itself (Draft::kLayer) takes of the memory: a layer's weights and cache; else nothing.
KvGuests LayerDraftGuests(const Speculation& speculation, const llm::Architecture& model, compute::Precision precision,
                          double kv_bytes, const ReplicaParallelism& parallelism);

/// Host time to start all kernels of a forward pass one by one [s]. A layer of experts has the operators of models/llm but for
/// residuals, one more for each product whose input is quantised, and one call for routed experts where the chip multiplies
/// 4 bits (their own kernels do it all), else 14: scores, choice, sorting and its tables, two products, activation, sum.
double EagerHost(const EngineSettings& engine, const llm::Architecture& model, compute::Precision precision,
                 const catalog::Accelerator& accelerator);

/// All-reduce inside an engine: the better of NCCL (models/network) and a one-shot kernel in which
/// every rank reads its peers' buffers directly,
///
///     t = latency * (2.6 + 0.08 n) + bytes * (n - 1) / (0.65 * bandwidth)
///
/// with the scale-up hop latency and bandwidth. Engines have it on fully connected NVLink-class
/// domains only (100 GB/s and more). Constants from the TensorRT-LLM all-reduce of aiconfigurator
/// 095f58a5 on H100, H200 and B200, 2-8 GPUs, up to 1 MiB, which they meet within 20 %.
double EngineAllReduce(const network::FabricParams& fabric, std::uint32_t ranks, double bytes);

}  // namespace headroom::serving
