#include "models/serving/replica_design.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/network/collective.h"
#include "sim/core/diagnostics.h"

namespace headroom::serving {
double EngineAllReduce(const network::FabricParams& fabric, std::uint32_t ranks, double bytes) {
  const network::Group group = network::MakeGroup(fabric, ranks, 1);
  const double library =
      network::Cost(fabric, group, network::Operation::kAllReduce, network::Algorithm::kAuto, bytes)
          .seconds;
  const network::ScaleUpParams& up = fabric.scale_up;
  const bool direct =
      up.shape == network::ScaleUpShape::kSwitch && up.bandwidth >= 100e9 && ranks <= up.domain;
  if (!direct) return library;
  const double n = ranks;
  return std::min(library,
                  up.latency * (2.6 + 0.08 * n) + bytes * (n - 1.0) / (0.65 * up.bandwidth));
}

double EagerHost(const EngineSettings& engine, const llm::Architecture& model) {
  const double dense =
      model.is_moe() ? std::min(model.layers, model.moe.dense_layers) : model.layers;
  return engine.EagerHost(dense, model.layers - dense);
}

ReplicaDesign DesignReplica(const catalog::Accelerator& accelerator,
                            const catalog::Kernels& profile, const ReplicaDesignParams& params) {
  Validate(params.engine);
  for (const ParallelismProblem& p : Check(params.parallelism, params.model))
    throw ConfigError(fmt::format("{}: {}", p.field, p.message));
  const ReplicaParallelism& r = params.parallelism;
  auto kernels = std::make_shared<compute::KernelModel>(accelerator, profile);
  if (!kernels->Supports(params.precision))
    throw ConfigError(fmt::format("precision is {}; {} has no rate for it",
                                  compute::Name(params.precision), accelerator.name()));
  LlmOperatorParams operators;
  operators.model = params.model;
  operators.parallelism = r;
  operators.precision = params.precision;
  operators.kv_bytes = params.kv_bytes;
  operators.launch_cap = params.engine.launch_cap;
  const network::FabricParams& fabric = params.fabric;
  if (r.tp > 1)
    operators.all_reduce = [fabric, ranks = r.tp](double bytes) {
      return EngineAllReduce(fabric, ranks, bytes);
    };
  if (r.ep > r.tp)
    operators.all_to_all = [fabric, group = network::MakeGroup(fabric, r.ep, 1)](double bytes) {
      return network::Cost(fabric, group, network::Operation::kAllToAll, network::Algorithm::kAuto,
                           bytes)
          .seconds;
    };
  ReplicaDesign design;
  design.budget = PlanKv(params.model, params.precision, params.kv_bytes, r, params.engine,
                         DeviceMemory(accelerator));
  design.cost = std::make_unique<IterationCost>(std::make_unique<LlmOperators>(kernels, operators),
                                                params.engine, r.pp,
                                                EagerHost(params.engine, params.model),
                                                profile.prompt_overhead());
  design.replica.accelerators = r.accelerators();
  design.replica.kv_blocks = design.budget.blocks;
  if (params.model.max_length > 0)
    design.replica.max_length = static_cast<std::uint32_t>(params.model.max_length);
  return design;
}

}  // namespace headroom::serving
