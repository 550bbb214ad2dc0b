#include "models/training/step_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/llm/flops.h"
#include "models/training/data_parallel.h"
#include "models/training/step_account.h"
#include "sim/core/check.h"
#include "sim/core/diagnostics.h"

namespace headroom::training {
namespace {

PieceTimes Piece(const PassTimes& t) {
  return {t.forward.total(), t.backward.total(), t.weight.total()};
}

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

}  // namespace

StepModel::StepModel(StepParams params, const compute::KernelModel& kernels)
    : params_(std::move(params)), kernels_(kernels) {
  std::vector<Finding> findings;
  for (const PlanProblem& p : Check(params_.plan, params_.model, params_.plan.accelerators())) {
    findings.push_back({{}, p.field, p.message});
  }
  if (!kernels.Supports(params_.plan.precision)) {
    findings.push_back(
        {{},
         "precision",
         fmt::format("accelerator '{}' has no {} arithmetic", kernels.accelerator().name(),
                     compute::Name(params_.plan.precision))});
  }
  if (!findings.empty()) throw ConfigError(std::move(findings));
  layout_ = MakeLayout(params_.plan, params_.model);
  parameters_ = ParametersOfChunks(layout_, params_.model, params_.plan);
  if (std::isfinite(params_.power_limit)) limit_clock_ = ClockWithinLimit();
}

std::vector<double> StepModel::SendSeconds() const {
  const ParallelPlan& p = params_.plan;
  const double inner = double(p.tp) * p.cp * p.dp;
  const double domain = std::max<std::uint32_t>(1, params_.fabric.scale_up.domain);
  const double leaf = params_.fabric.scale_out.leaf_accelerators;
  const double tokens = p.tokens_per_pass();
  // Tensor-parallel ranks send a slice each, with or without sequence parallelism.
  const double bytes = tokens * params_.model.hidden * llm::kElement / p.tp;
  std::vector<double> out(p.pp, 0.0);
  if (p.pp == 1) return out;
  double known[2][2] = {{-1, -1}, {-1, -1}};
  for (std::uint32_t s = 0; s < p.pp; ++s) {
    const double from = s * inner, to = (s + 1) % p.pp * inner;
    const bool away = std::floor(from / domain) != std::floor(to / domain), beyond = std::floor(from / leaf) != std::floor(to / leaf);
    double& seconds = known[away][beyond];
    if (seconds < 0) seconds = network::SendSeconds(params_.fabric, away, beyond, bytes);
    out[s] = seconds;
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
      sharded += p.zero >= 1 ? w.dense / p.dense_shards() + w.experts / p.expert_shards()
                             : w.dense + w.experts;
      all += w.dense + w.experts;
    }
    // The update, one more read of the gradients for their norm, and clearing the buffer.
    if (p.offload.optimizer == Place::kDevice) {
      const double bytes =
          sharded * (f.optimizer_traffic + f.gradient_bytes) + all * f.gradient_bytes;
      most = std::max(most, kernels_.Elementwise(bytes).seconds);
    } else {
      const Offload& off = p.offload;
      const double moved = sharded * (f.gradient_bytes + f.weight_bytes) / off.link;
      const double update = sharded * f.optimizer_traffic / off.host_memory;
      const double state =
          off.optimizer == Place::kNvme ? 2 * sharded * f.optimizer_bytes / off.nvme : 0;
      most = std::max(most, moved + std::max(update, state));
    }
  }
  return most;
}

Orders StepModel::OrdersFor(const std::vector<PassTimes>& times) const {
  PassTimes mean;
  for (const PassTimes& t : times) mean.AddScaled(t, 1.0 / times.size());
  ScheduleInput shape = ShapeOf(params_.plan);
  shape.forward = mean.forward.total();
  shape.backward = mean.backward.total();
  shape.weight = mean.weight.total();
  shape.send = SendSeconds()[0];
  return RowOf(params_.plan.schedule).order(shape);
}

ModelPieces StepModel::Pieces(double clock) const {
  HR_CHECK(clock > 0 && clock <= 1.0 + 1e-9, clock);
  return PiecesOf(LayerCost(params_, kernels_, clock), params_.model);
}

StepResult StepModel::Evaluate(double clock) const { return At(std::min(clock, limit_clock_)); }

StepResult StepModel::At(double clock) const { return Evaluate(clock, Pieces(clock)); }

StepResult StepModel::Evaluate(double clock, const ModelPieces& pieces) const {
  const ParallelPlan& p = params_.plan;
  const std::vector<PassTimes> times = ChunkTimes(pieces, layout_, params_.model);
  const ReplicaTraffic traffic = TrafficOf(params_, parameters_);

  PipelineInput in;
  in.schedule = &RowOf(p.schedule);
  in.stages = p.pp;
  in.chunks = p.virtual_stages;
  in.micro_batches = p.micro_batches();
  in.asynchronous = p.overlap.pp;
  for (const PassTimes& t : times) in.pieces.push_back(Piece(t));
  in.send = SendSeconds();
  const Orders orders = OrdersFor(times);
  in.orders = &orders;

  const PipelineResult plain = RunPipeline(in);
  double gather_after = 0;
  PipelineResult gated = plain;
  if (p.overlap.param_gather && std::any_of(traffic.gather.begin(), traffic.gather.end(), [](double t) { return t > 0; })) {
    in.gates = GatherGates(params_, traffic);
    gated = RunPipeline(in);
    in.gates.clear();
  } else if (!p.overlap.param_gather) {
    for (std::uint32_t s = 0; s < p.pp; ++s) {
      double sum = 0;
      for (std::uint32_t c = 0; c < p.virtual_stages; ++c)
        sum += traffic.gather[PositionOf(*in.schedule, p.pp, s, c)];
      gather_after = std::max(gather_after, sum);
    }
  }
  const ReduceTail tail = Reduce(params_, traffic, gated);
  in.send.assign(p.pp, 0.0);
  const PipelineResult instant = p.pp > 1 ? RunPipeline(in) : plain;

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
  out.dp_hidden = hidden;
  b.dp_exposed = busy.dp + std::max(0.0, tail.end - plain.end) + gather_after +
                 params_.framework.overlap_slowdown * hidden + TiedSeconds(params_);
  b.pp_exposed = std::max(0.0, plain.end - instant.end);
  b.bubble = std::max(0.0, instant.end - busy.total());
  b.optimizer = OptimizerSeconds();
  b.stall = busy.host + params_.framework.step_overhead;
  b.stall += b.sum() * (p.jitter.Slowest(p.accelerators()) - 1);
  out.step_time = b.sum();

  out.tokens = p.tokens_per_step();
  out.model_flops = llm::TrainingFlopsPerToken(params_.model, p.sequence) * out.tokens;
  out.hardware_flops = HardwareFlops(params_);
  out.memory = Judge(params_, MemoryOfStages(params_, layout_, parameters_, orders, p.tokens_per_pass()));
  out.bound = BoundOf(params_, b);
  FillPower(clock, busy, &out);
  return out;
}

}  // namespace headroom::training
