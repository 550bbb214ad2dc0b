#include "models/serving/replica_design.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

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

namespace {

/// Of a layer of experts.
double OperatorsOf(const llm::Architecture& model, compute::Precision precision, bool fused_experts) {
  constexpr double kExperts = 14.0;
  const LinearPrecisions parts = PrecisionsOf(precision);
  const auto quantised = [](compute::Precision p) { return compute::BytesPerElement(p) < llm::kElement; };
  double operators = fused_experts ? 1.0 : kExperts;
  bool routed = false;
  for (const llm::Operator& op : llm::LayerOperators(model, model.layers - 1, 1.0, {llm::AttentionWork{}}, {})) {
    const std::string_view name = op.name;
    if (name == "route_softmax_topk") routed = true;
    if (!routed && !name.ends_with("residual")) {
      const bool latent = model.is_mla() && (name.starts_with("q") || name.starts_with("kv_"));
      operators += 1.0 + (op.linear && op.kind == llm::OperatorKind::kGemm &&
                          quantised(latent ? parts.latent : parts.dense));
    }
    if (name == "unpermute") routed = false;
  }
  return operators;
}

}  // namespace

double EagerHost(const EngineSettings& engine, const llm::Architecture& model, compute::Precision precision,
                 const catalog::Accelerator& accelerator) {
  const double dense =
      model.is_moe() ? std::min(model.layers, model.moe.dense_layers) : model.layers;
  double host = engine.eager_per_layer * dense;
  if (model.is_moe())
    host += engine.eager_per_operator * (model.layers - dense) *
            OperatorsOf(model, precision, accelerator.peak().fp4() > 0.0);
  return host;
}

KvGuests LayerDraftGuests(const Speculation& speculation, const llm::Architecture& model, compute::Precision precision,
                          double kv_bytes, const ReplicaParallelism& parallelism) {
  if (speculation.tokens == 0 || speculation.draft != Draft::kLayer) return {};
  return {WeightBytes(model, precision, parallelism) / model.layers, KvBytesPerToken(model, kv_bytes, parallelism) / model.layers};
}

LlmOperatorParams OperatorParams(const llm::Architecture& model, const ReplicaParallelism& parallelism,
                                 compute::Precision precision, double kv_bytes, const EngineSettings& engine,
                                 const network::FabricParams& fabric) {
  LlmOperatorParams out;
  out.model = model;
  out.parallelism = parallelism;
  out.precisions = PrecisionsOf(precision);
  if (engine.low_latency_experts && (parallelism.attention_groups() == 1 || engine.low_latency_groups))
    out.expert_kernel = compute::ExpertKernel::kLowLatency;
  out.kv_bytes = kv_bytes;
  out.launch_cap = engine.launch_cap;
  out.fused_quantisation = engine.fused_quantisation;
  if (parallelism.tp > 1)
    out.all_reduce = [fabric, ranks = parallelism.tp](double bytes) { return EngineAllReduce(fabric, ranks, bytes); };
  if (parallelism.ep > parallelism.tp)
    out.all_to_all = [fabric, group = network::MakeGroup(fabric, parallelism.ep, 1)](double bytes) {
      return network::Cost(fabric, group, network::Operation::kAllToAll, network::Algorithm::kAuto, bytes).seconds;
    };
  if (parallelism.cp > 1) {
    // The ranks of a context lie next to one another, tp accelerators apart.
    const network::Group group = network::MakeGroup(fabric, parallelism.cp, parallelism.stage());
    out.context_gather = [fabric, group](double bytes) {
      return network::Cost(fabric, group, network::Operation::kAllGather, network::Algorithm::kAuto, bytes).seconds;
    };
    out.context_reduce = [fabric, group](double bytes) {
      return network::Cost(fabric, group, network::Operation::kAllReduce, network::Algorithm::kAuto, bytes).seconds;
    };
  }
  return out;
}

ReplicaDesign DesignReplica(const catalog::Accelerator& accelerator,
                            const catalog::Kernels& profile, const ReplicaDesignParams& params) {
  Validate(params.engine);
  for (const ParallelismProblem& p : Check(params.parallelism, params.model))
    throw ConfigError(fmt::format("{}: {}", p.field, p.message));
  const ReplicaParallelism& r = params.parallelism;
  if (params.precision == compute::Precision::kMxfp4 && !params.model.is_moe())
    throw ConfigError(fmt::format("precision is mxfp4, which is of experts; {} has none", params.model.name));
  auto kernels = std::make_shared<compute::KernelModel>(accelerator, profile);
  if (!kernels->Supports(params.precision))
    throw ConfigError(fmt::format("precision is {}; {} has no rate for it",
                                  compute::Name(params.precision), accelerator.name()));
  const LlmOperatorParams operators =
      OperatorParams(params.model, r, params.precision, params.kv_bytes, params.engine, params.fabric);
  ReplicaDesign design;
  const KvGuests guests = LayerDraftGuests(params.speculation, params.model, params.precision, params.kv_bytes, r);
  design.budget = PlanKv(params.model, params.precision, params.kv_bytes, r, params.engine,
                         DeviceMemory(accelerator), guests);
  auto cost = std::make_unique<IterationCost>(std::make_unique<LlmOperators>(kernels, operators), params.engine, r.pp,
                                              EagerHost(params.engine, params.model, params.precision, accelerator), profile.prompt_overhead(), r.cp);
  cost->SetSpeculation(params.speculation);
  design.cost = std::move(cost);
  design.replica.accelerators = r.accelerators();
  design.replica.kv_blocks = design.budget.blocks;
  if (params.model.max_length > 0)
    design.replica.max_length = static_cast<std::uint32_t>(params.model.max_length);
  return design;
}

}  // namespace headroom::serving
