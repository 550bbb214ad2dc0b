#include "models/training/replay/plan_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/training/chunk_cost.h"
#include "models/training/data_parallel.h"
#include "models/training/expert_exchange.h"
#include "sim/core/check.h"

namespace headroom::training {
namespace {

network::Operation NetworkOperation(TraceOperation op) {
  switch (op) {
    case TraceOperation::kAllGather:
      return network::Operation::kAllGather;
    case TraceOperation::kReduceScatter:
      return network::Operation::kReduceScatter;
    case TraceOperation::kAllToAll:
      return network::Operation::kAllToAll;
    default:
      return network::Operation::kAllReduce;
  }
}

}  // namespace

PlanTrace::PlanTrace(const StepModel& model) : model_(model) {
  const StepParams& params = model.params();
  const LayerCost cost(params, model.kernels(), 1.0);
  const llm::Architecture& a = params.model;
  std::array<Passes, 4> kinds;
  const auto layers = LayersOfKinds(a);
  for (std::size_t kind = 0; kind < kinds.size(); ++kind)
    if (layers[kind]) kinds[kind] = LayerPasses(cost, *layers[kind]);
  const auto join = [](const Passes& from, Passes* to) {
    to->forward.insert(to->forward.end(), from.forward.begin(), from.forward.end());
    // Backward goes from the last layer to the first.
    to->backward.insert(to->backward.begin(), from.backward.begin(), from.backward.end());
    to->weight.insert(to->weight.begin(), from.weight.begin(), from.weight.end());
  };
  for (const Chunk& c : model.layout()) {
    Passes p;
    if (c.embedding) join(EmbeddingPasses(cost), &p);
    for (std::uint32_t i = c.first_layer; i < c.first_layer + c.layers; ++i)
      join(kinds[LayerKind(a, i)], &p);
    for (std::uint32_t i = 0; c.head && i <= a.mtp_layers; ++i) {
      if (i > 0) join(kinds[LayerKind(a, a.layers - 1)], &p);
      join(HeadPasses(cost), &p);
    }
    passes_.push_back(std::move(p));
  }
  orders_ = model.OrdersFor(ChunkTimes(PiecesOf(cost, a), model.layout(), a));
  buckets_ = TrafficOf(params, model.parameters()).buckets;
  const StepResult step = model.Evaluate();
  optimizer_ = step.breakdown.optimizer + params.framework.overlap_slowdown * step.dp_hidden;
  AddGroups();
}

std::uint32_t PlanTrace::SizeOf(Role role) const {
  const ParallelPlan& p = model_.params().plan;
  switch (role) {
    case Role::kTensor:
      return p.tp;
    case Role::kReplicas:
      return p.dense_replicas();
    case Role::kExperts:
      return p.ep;
    case Role::kExpertReplicas:
      return p.expert_replicas();
    case Role::kNone:
      break;
  }
  return 1;
}

std::uint32_t PlanTrace::StrideOf(Role role) const {
  const ParallelPlan& p = model_.params().plan;
  switch (role) {
    case Role::kReplicas:
      return p.tp;
    case Role::kExperts:
      return p.etp;
    case Role::kExpertReplicas:
      return p.ep * p.etp;
    default:
      return 1;
  }
}

std::uint32_t PlanTrace::Lowest(Role role, std::uint32_t rank) const {
  const std::uint32_t stage = model_.params().plan.accelerators() / model_.params().plan.pp;
  const std::uint32_t local = rank % stage, block = StrideOf(role) * SizeOf(role);
  return rank - local + local / block * block + local % StrideOf(role);
}

void PlanTrace::AddGroups() {
  for (const Role role : {Role::kTensor, Role::kReplicas, Role::kExperts, Role::kExpertReplicas}) {
    const bool experts = role == Role::kExperts || role == Role::kExpertReplicas;
    if (SizeOf(role) <= 1 || (experts && !model_.params().model.is_moe())) continue;
    for (std::uint32_t r = 0; r < ranks(); ++r) {
      if (Lowest(role, r) != r) continue;
      const std::string name = fmt::format("{}", groups_.size() + 1);
      group_of_[{static_cast<int>(role), r}] = name;
      for (std::uint32_t i = 0; i < SizeOf(role); ++i)
        groups_[name].push_back(r + i * StrideOf(role));
    }
  }
}

PlanTrace::Piece PlanTrace::Collective(Role role, TraceOperation operation, double bytes,
                                       const char* name) const {
  // The trace counts an all-gather by one rank's shard.
  return {0, role, operation,
          operation == TraceOperation::kAllGather ? bytes / SizeOf(role) : bytes, name};
}

double PlanTrace::CostOf(const Piece& piece) const {
  if (piece.role == Role::kNone || SizeOf(piece.role) <= 1) return 0;
  const network::FabricParams& fabric = model_.params().fabric;
  const bool gather = piece.operation == TraceOperation::kAllGather;
  return network::Cost(fabric, network::MakeGroup(fabric, SizeOf(piece.role), StrideOf(piece.role)),
                       NetworkOperation(piece.operation), network::Algorithm::kAuto,
                       piece.bytes * (gather ? SizeOf(piece.role) : 1))
      .seconds;
}

void PlanTrace::AddPass(const WorkTime& pass, Pieces shape, Pieces* out) const {
  double communication = 0, stretches = 0;
  for (const Piece& p : shape) {
    communication += CostOf(p);
    stretches += p.role == Role::kNone;
  }
  const double compute = pass.total() - communication;
  HR_CHECK(compute > -1e-9 * (1 + pass.total()), pass.total(), communication);
  for (Piece& p : shape)
    if (p.role == Role::kNone) p.seconds = std::max(0.0, compute) / stretches;
  out->insert(out->end(), shape.begin(), shape.end());
}

PlanTrace::Passes PlanTrace::LayerPasses(const LayerCost& cost, std::uint32_t layer) const {
  const StepParams& params = model_.params();
  const ParallelPlan& plan = params.plan;
  const PassTimes times = cost.Layer(layer);
  const double elements = cost.tokens() * params.model.hidden;
  const Piece gather = Collective(Role::kTensor, TraceOperation::kAllGather,
                                  elements * params.framework.tp_gather_bytes, "tp_all_gather");
  const Piece scatter = Collective(Role::kTensor, TraceOperation::kReduceScatter,
                                   elements * llm::kElement, "tp_reduce_scatter");
  const Piece reduce = Collective(Role::kTensor, TraceOperation::kAllReduce,
                                  elements * llm::kElement, "tp_all_reduce");
  const double outside = plan.sequence_parallel ? cost.tokens() / plan.tp : cost.tokens();
  const Piece exchange =
      Collective(Role::kExperts, TraceOperation::kAllToAll,
                 outside * params.model.moe.experts_per_token * params.model.hidden * llm::kElement,
                 "ep_all_to_all");
  const bool shown = plan.tp > 1 && !plan.overlap.tp;
  // An exchange that is no plain all-to-all, or is hidden, is part of the stretch of work.
  const bool experts = plan.ep > 1 && params.model.moe_layer(layer) && !HidesExchange(params.fabric, plan) &&
                       plan.experts.dispatcher == Dispatcher::kAllToAll;
  // A block whose products are all grouped has no collective of its own.
  const long blocks =
      !shown || !plan.sequence_parallel
          ? 2
          : std::lround(times.forward.tp / std::max(1e-30, CostOf(gather) + CostOf(scatter)));

  Pieces forward, backward;
  for (int block = 0; block < 2; ++block) {
    const char* name = block == 0 ? "attention" : "ffn";
    const bool sequence = shown && plan.sequence_parallel && block < blocks;
    const bool exchanged = experts && block == 1;
    if (sequence) forward.push_back(gather);
    if (exchanged) forward.push_back(exchange);
    forward.push_back({0, Role::kNone, {}, 0, name});
    if (exchanged) forward.push_back(exchange);
    if (sequence) forward.push_back(scatter);
    if (shown && !plan.sequence_parallel) forward.push_back(reduce);
  }
  for (int block = 1; block >= 0; --block) {
    const char* name = block == 0 ? "attention_backward" : "ffn_backward";
    const bool sequence = shown && plan.sequence_parallel && block < blocks;
    const bool exchanged = experts && block == 1;
    if (sequence) backward.insert(backward.end(), {gather, gather});
    if (exchanged) backward.push_back(exchange);
    backward.push_back({0, Role::kNone, {}, 0, name});
    if (exchanged) backward.push_back(exchange);
    if (sequence) backward.push_back(scatter);
    if (shown && !plan.sequence_parallel) backward.push_back(reduce);
  }
  if (plan.recompute == llm::Recompute::kFull)
    backward.insert(backward.begin(), forward.begin(), forward.end());
  Passes out;
  AddPass(times.forward, forward, &out.forward);
  AddPass(times.backward, backward, &out.backward);
  AddPass(times.weight, {{0, Role::kNone, {}, 0, "weight_gradient"}}, &out.weight);
  return out;
}

PlanTrace::Passes PlanTrace::EmbeddingPasses(const LayerCost& cost) const {
  const StepParams& params = model_.params();
  const double elements = cost.tokens() * params.model.hidden;
  const PassTimes times = cost.Embedding();
  Pieces forward{{0, Role::kNone, {}, 0, "embedding"}},
      backward{{0, Role::kNone, {}, 0, "embedding_backward"}};
  if (params.plan.tp > 1 && params.plan.sequence_parallel) {
    forward.push_back(Collective(Role::kTensor, TraceOperation::kReduceScatter,
                                 elements * llm::kElement, "tp_reduce_scatter"));
    backward.insert(backward.begin(),
                    Collective(Role::kTensor, TraceOperation::kAllGather,
                               elements * params.framework.tp_gather_bytes, "tp_all_gather"));
  } else if (params.plan.tp > 1) {
    forward.push_back(Collective(Role::kTensor, TraceOperation::kAllReduce,
                                 elements * llm::kElement, "tp_all_reduce"));
  }
  Passes out;
  AddPass(times.forward, forward, &out.forward);
  AddPass(times.backward, backward, &out.backward);
  return out;
}

PlanTrace::Passes PlanTrace::HeadPasses(const LayerCost& cost) const {
  const StepParams& params = model_.params();
  const double elements = cost.tokens() * params.model.hidden;
  const PassTimes times = cost.Head();
  Pieces forward{{0, Role::kNone, {}, 0, "head"}},
      backward{{0, Role::kNone, {}, 0, "head_backward"}};
  if (params.plan.tp > 1) {
    const Piece gather = Collective(Role::kTensor, TraceOperation::kAllGather,
                                    elements * params.framework.tp_gather_bytes, "tp_all_gather");
    const bool sequence = params.plan.sequence_parallel;
    if (sequence) {
      forward.insert(forward.begin(), gather);
      backward.insert(backward.begin(), gather);
    }
    backward.push_back(Collective(
        Role::kTensor, sequence ? TraceOperation::kReduceScatter : TraceOperation::kAllReduce,
        elements * llm::kElement, sequence ? "tp_reduce_scatter" : "tp_all_reduce"));
  }
  Passes out;
  AddPass(times.forward, forward, &out.forward);
  AddPass(times.backward, backward, &out.backward);
  AddPass(times.weight, {{0, Role::kNone, {}, 0, "head_weight_gradient"}}, &out.weight);
  return out;
}

}  // namespace headroom::training
