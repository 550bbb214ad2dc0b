#include "models/training/step_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/llm/flops.h"
#include "models/training/data_parallel.h"
#include "sim/core/check.h"
#include "sim/core/diagnostics.h"

namespace headroom::training {
namespace {

using compute::KernelKind;

PieceTimes Piece(const PassTimes& t) { return {t.forward.total(), t.backward.total(), t.weight.total()}; }

WorkTime Sum(const PassTimes& t) {
  WorkTime out = t.forward;
  out += t.backward;
  out += t.weight;
  return out;
}

ScheduleInput ShapeOf(const ParallelPlan& p) {
  ScheduleInput in;
  in.stages = p.pp;
  in.chunks = p.virtual_stages;
  in.micro_batches = p.micro_batches();
  return in;
}

double HardwareFlops(const StepParams& params) {
  const llm::Architecture& a = params.model;
  const double seq = params.plan.sequence;
  double per_token = llm::TrainingFlopsPerToken(a, seq);
  if (params.plan.recompute == llm::Recompute::kFull) {
    for (std::uint32_t i = 0; i < a.layers; ++i) {
      per_token += llm::ForwardFlopsOfLayer(a, i, seq, llm::AttentionCount::kAllPairs);
    }
  } else if (params.plan.recompute == llm::Recompute::kSelective && !params.framework.fused_attention) {
    per_token += a.layers * 2 * a.heads * (a.qk_dim() + a.value_dim()) * seq;
  }
  return per_token * params.plan.tokens_per_step();
}

const char* Bound(const StepParams& params, const StepBreakdown& b) {
  const ParallelPlan& p = params.plan;
  const auto leaves = [&](std::uint32_t ranks, std::uint32_t stride) {
    return network::MakeGroup(params.fabric, std::max(1u, ranks), stride).domains > 1;
  };
  double up = 0, out = 0;
  (leaves(p.tp, 1) ? out : up) += b.tp_exposed;
  (leaves(p.cp, p.tp) ? out : up) += b.cp_exposed;
  (leaves(p.ep, p.etp) ? out : up) += b.ep_exposed;
  (leaves(p.dense_replicas(), p.tp) ? out : up) += b.dp_exposed;
  (leaves(p.pp, p.tp * p.cp * p.dp) ? out : up) += b.pp_exposed;
  const std::pair<double, const char*> parts[] = {
      {b.compute, "compute"}, {b.bubble, "bubble"}, {up, "scale-up"}, {out, "scale-out"}, {b.optimizer, "HBM"}, {b.stall, "host"}};
  return std::max_element(std::begin(parts), std::end(parts), [](auto& x, auto& y) { return x.first < y.first; })->second;
}

}  // namespace

double PowerShares::Of(KernelKind kind) const {
  switch (kind) {
    case KernelKind::kGemm: return gemm;
    case KernelKind::kPrefillAttention: return prefill_attention;
    case KernelKind::kDecodeAttention: return decode_attention;
    case KernelKind::kMemory: return memory;
    case KernelKind::kCommunication: return communication;
    case KernelKind::kIdle: return idle;
  }
  return idle;
}

PowerShares PowerSharesOf(const catalog::Accelerator& accelerator) {
  PowerShares out;
  const catalog::PowerByKernel& p = accelerator.power();
  if (p.has_idle()) out.idle = p.idle();
  if (p.has_gemm()) out.gemm = p.gemm();
  if (p.has_prefill_attention()) out.prefill_attention = p.prefill_attention();
  if (p.has_decode_attention()) out.decode_attention = p.decode_attention();
  if (p.has_memory()) out.memory = p.memory();
  if (p.has_communication()) out.communication = p.communication();
  return out;
}

StepModel::StepModel(StepParams params, const compute::KernelModel& kernels)
    : params_(std::move(params)), kernels_(kernels) {
  std::vector<Finding> findings;
  for (const PlanProblem& p : Check(params_.plan, params_.model, params_.plan.accelerators())) {
    findings.push_back({{}, p.field, p.message});
  }
  if (!kernels.Supports(params_.plan.precision)) {
    findings.push_back({{},
                        "precision",
                        fmt::format("accelerator '{}' has no {} arithmetic", kernels.accelerator().name(),
                                    compute::Name(params_.plan.precision))});
  }
  if (!findings.empty()) throw ConfigError(std::move(findings));
  layout_ = MakeLayout(params_.plan, params_.model);
  parameters_ = ParametersOfChunks(layout_, params_.model, params_.plan);
}

std::vector<double> StepModel::SendSeconds() const {
  const ParallelPlan& p = params_.plan;
  const double inner = double(p.tp) * p.cp * p.dp;
  const double domain = std::max<std::uint32_t>(1, params_.fabric.scale_up.domain);
  const double leaf = params_.fabric.scale_out.leaf_accelerators;
  const double tokens = double(p.micro_batch) * p.sequence / p.cp;
  // Tensor-parallel ranks send a slice each, with or without sequence parallelism.
  const double bytes = tokens * params_.model.hidden * llm::kElement / p.tp;
  std::vector<double> out(p.pp, 0.0);
  if (p.pp == 1) return out;
  for (std::uint32_t s = 0; s < p.pp; ++s) {
    const double from = s * inner, to = (s + 1) % p.pp * inner;
    out[s] = network::SendSeconds(params_.fabric, std::floor(from / domain) != std::floor(to / domain),
                                  std::floor(from / leaf) != std::floor(to / leaf), bytes);
  }
  return out;
}

double StepModel::OptimizerSeconds() const {
  const ParallelPlan& p = params_.plan;
  const Framework& f = params_.framework;
  const ScheduleRow& row = RowOf(p.schedule);
  double most = 0;
  for (std::uint32_t s = 0; s < p.pp; ++s) {
    double sharded = 0, all = 0;
    for (std::uint32_t c = 0; c < p.virtual_stages; ++c) {
      const ChunkParameters& w = parameters_[PositionOf(row, p.pp, s, c)];
      sharded += p.zero >= 1 ? w.dense / p.dense_replicas() + w.experts / p.expert_replicas() : w.dense + w.experts;
      all += w.dense + w.experts;
    }
    // The update, one more read of the gradients for their norm, and clearing the buffer.
    const double bytes = sharded * (f.optimizer_traffic + f.gradient_bytes) + all * f.gradient_bytes;
    most = std::max(most, kernels_.Elementwise(bytes).seconds);
  }
  return most;
}

StepResult StepModel::Evaluate(double clock) const {
  HR_CHECK(clock > 0 && clock <= 1.0 + 1e-9, clock);
  const ParallelPlan& p = params_.plan;
  const LayerCost cost(params_, kernels_, clock);
  const std::vector<PassTimes> times = ChunkTimes(cost, layout_, params_.model);
  const ReplicaTraffic traffic = TrafficOf(params_, parameters_);

  PipelineInput in;
  in.schedule = &RowOf(p.schedule);
  in.stages = p.pp;
  in.chunks = p.virtual_stages;
  in.micro_batches = p.micro_batches();
  in.asynchronous = p.overlap.pp;
  PassTimes mean;
  for (const PassTimes& t : times) {
    in.pieces.push_back(Piece(t));
    mean.AddScaled(t, 1.0 / times.size());
  }
  in.send = SendSeconds();
  ScheduleInput shape = ShapeOf(p);
  shape.forward = mean.forward.total();
  shape.backward = mean.backward.total();
  shape.weight = mean.weight.total();
  shape.send = in.send[0];
  const Orders orders = in.schedule->order(shape);
  in.orders = &orders;

  const PipelineResult plain = RunPipeline(in);
  double gather_after = 0;
  PipelineResult gated = plain;
  if (p.overlap.param_gather) {
    in.gates = GatherGates(params_, traffic);
    gated = RunPipeline(in);
    in.gates.clear();
  } else {
    for (std::uint32_t s = 0; s < p.pp; ++s) {
      double sum = 0;
      for (std::uint32_t c = 0; c < p.virtual_stages; ++c) sum += traffic.gather[PositionOf(*in.schedule, p.pp, s, c)];
      gather_after = std::max(gather_after, sum);
    }
  }
  const ReduceTail tail = Reduce(params_, traffic, gated);
  in.send.assign(p.pp, 0.0);
  const PipelineResult instant = RunPipeline(in);

  const std::uint32_t rep =
      std::max_element(instant.busy.begin(), instant.busy.end()) - instant.busy.begin();
  WorkTime busy;
  for (std::uint32_t c = 0; c < p.virtual_stages; ++c) {
    busy.AddScaled(Sum(times[PositionOf(*in.schedule, p.pp, rep, c)]), p.micro_batches());
  }
  StepResult out;
  StepBreakdown& b = out.breakdown;
  b.compute = busy.compute;
  b.tp_exposed = busy.tp;
  b.cp_exposed = busy.cp;
  b.ep_exposed = busy.ep;
  const double hidden = tail.hidden > 0 && p.overlap.grad_reduce ? tail.hidden : 0;
  b.dp_exposed = busy.dp + std::max(0.0, tail.end - plain.end) + gather_after +
                 params_.framework.overlap_slowdown * hidden;
  b.pp_exposed = std::max(0.0, plain.end - instant.end);
  b.bubble = std::max(0.0, instant.end - busy.total());
  b.optimizer = OptimizerSeconds();
  b.stall = params_.framework.step_overhead;
  out.step_time = b.sum();

  out.tokens = p.tokens_per_step();
  out.model_flops = llm::TrainingFlopsPerToken(params_.model, p.sequence) * out.tokens;
  out.hardware_flops = HardwareFlops(params_);
  out.memory = Judge(params_, MemoryOfStages(params_, layout_, parameters_, orders, cost.tokens()));
  out.bound = Bound(params_, b);
  FillPower(clock, busy, &out);
  return out;
}

void StepModel::FillPower(double clock, const WorkTime& busy, StepResult* out) const {
  const PowerShares& shares = params_.power;
  const double scale = std::pow(clock, params_.power_clock_exponent);
  const auto watts = [&](double share) { return params_.tdp * (shares.idle + (share - shares.idle) * scale); };
  double energy = busy.tp + busy.cp + busy.ep + busy.dp > 0
                      ? watts(shares.communication) * (busy.tp + busy.cp + busy.ep + busy.dp)
                      : 0;
  for (std::size_t k = 0; k < kKernelKinds; ++k) energy += busy.kinds[k] * watts(shares.Of(static_cast<KernelKind>(k)));
  const StepBreakdown& b = out->breakdown;
  const double work = busy.total();
  const double after = b.dp_exposed - busy.dp;
  const double waits = 0.5 * (b.bubble + b.pp_exposed);
  out->phases = {{"fill", waits, watts(shares.idle), false},
                 {"work", work, work > 0 ? energy / work : 0},
                 {"drain", waits, watts(shares.idle), false},
                 {"gradients and parameters", after, watts(shares.communication)},
                 {"optimizer", b.optimizer, watts(shares.memory)},
                 {"host", b.stall, watts(shares.idle), false}};
  double joules = 0, length = 0;
  for (const PowerPhase& phase : out->phases) {
    joules += phase.seconds * phase.watts;
    length += phase.seconds;
  }
  out->mean_watts = length > 0 ? joules / length : 0;
  out->busy_share = out->step_time > 0 ? 1 - (b.bubble + b.pp_exposed + b.stall) / out->step_time : 0;
}

}  // namespace headroom::training
