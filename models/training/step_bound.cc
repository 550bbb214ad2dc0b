#include "models/training/step_bound.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/training/data_parallel.h"
#include "models/training/step_model.h"

namespace headroom::training {
namespace {

/// Micro-batches after which no stage fills further, per stage of the pipeline.
constexpr std::uint32_t kFill = 4;
/// Room for rounding: sums are taken in another order than in an evaluation.
constexpr double kRounding = 1.0 - 1e-9;

}  // namespace

HeldForwards HeldForwardsOf(Schedule schedule, std::uint32_t stages, std::uint32_t chunks,
                            std::uint32_t micro_batches) {
  ScheduleInput in;
  in.stages = stages;
  in.chunks = chunks;
  in.micro_batches =
      schedule == Schedule::kGpipe ? micro_batches : std::min(micro_batches, kFill * stages);
  const ScheduleRow& row = RowOf(schedule);
  const Orders orders = row.passes(in);
  HeldForwards out{Orders(stages), std::vector<std::uint32_t>(std::size_t(stages) * chunks, 0)};
  for (std::uint32_t s = 0; s < stages; ++s) {
    std::vector<std::uint32_t> held(chunks, 0), fullest;
    std::uint32_t sum = 0, best = 0;
    for (const Action& a : orders[s]) {
      if (a.kind == ActionKind::kWeight) continue;  // DualPipe's order has them
      const bool forward = a.kind == ActionKind::kForward;
      held[a.chunk] += forward ? 1 : -1;
      sum += forward ? 1 : -1;
      if (sum > best) best = sum, fullest = held;
      std::uint32_t& most = out.most[PositionOf(row, stages, s, a.chunk)];
      most = std::max(most, held[a.chunk]);
    }
    for (std::uint32_t c = 0; c < chunks; ++c)
      for (std::uint32_t i = 0; i < fullest[c]; ++i)
        out.passes[s].push_back({ActionKind::kForward, static_cast<std::uint16_t>(c), i});
  }
  return out;
}

double StepModel::LeastMemory(const HeldForwards& held) const {
  double most = 0;
  for (const MemoryUse& use : MemoryOfStages(params_, layout_, parameters_, held.passes,
                                             params_.plan.tokens_per_pass()))
    most = std::max(most, use.total());
  return most * kRounding;
}

StepBound StepModel::LowerBound(const ModelPieces& pieces, const HeldForwards& held) const {
  const ParallelPlan& p = params_.plan;
  const ScheduleRow& row = RowOf(p.schedule);
  const std::vector<PassTimes> times = ChunkTimes(pieces, layout_, params_.model);
  const std::vector<double> send = SendSeconds();
  const std::uint32_t positions = p.chunks();
  const double m = p.micro_batches();
  const auto hop = [&](std::uint32_t from) {
    const std::uint32_t a = SeatOf(row, p.pp, from).stage, b = SeatOf(row, p.pp, from + 1).stage;
    if (a == b) return 0.0;
    return send[std::max(a, b) - std::min(a, b) == 1 ? std::min(a, b) : p.pp - 1];
  };
  std::vector<WorkTime> busy(p.pp);
  std::vector<double> passes(p.pp, 0.0), weights(p.pp, 0.0);  // of a stage, a micro-batch
  std::vector<double> go(p.pp, 0.0), home(p.pp, 0.0);  // first forward there, last backward back
  std::vector<double> there(positions + 1, 0.0), back(positions + 1, 0.0);
  double way_there = 0, way_back = 0;
  for (std::uint32_t i = 0; i < positions; ++i) {
    const Seat seat = SeatOf(row, p.pp, i);
    const PassTimes& t = times[i];
    const double before = i > 0 ? hop(i - 1) : 0, after = i + 1 < positions ? hop(i) : 0;
    if (seat.chunk == 0) {
      go[seat.stage] = way_there;
      home[seat.stage] = way_back - (p.overlap.pp ? 0 : before);
    }
    const double weight = t.weight.total();
    const double backward = t.backward.total() + (row.splits_weight ? 0 : weight);
    passes[seat.stage] +=
        t.forward.total() + backward + (p.overlap.pp ? 0 : before + after);
    weights[seat.stage] += row.splits_weight ? weight : 0;
    way_there += t.forward.total() + after;
    way_back += backward + after;
    there[i + 1] = way_there;
    back[i + 1] = way_back;
    for (const WorkTime* w : {&t.forward, &t.backward, &t.weight})
      busy[seat.stage].AddScaled(*w, m);
  }
  double end = 0, first_end = 0;  // of all stages, of the first
  for (std::uint32_t s = 0; s < p.pp; ++s) {
    end = std::max(end, go[s] + m * (passes[s] + weights[s]));
    first_end = std::max(first_end, go[s] + m * passes[s] + home[s]);
    if (s == 0) first_end = std::max(first_end, end);
  }
  // A micro-batch that needs the place of another in a chunk starts when that one is back.
  for (std::uint32_t i = 0; i < positions; ++i) {
    const double round = way_there - there[i] + way_back - back[i];
    const double rounds = 1 + std::floor((m - 1) / held.most[i]);
    first_end = std::max(first_end, there[i] + rounds * round + back[i]);
  }

  std::vector<ChunkParameters> first_stage;
  const bool hidden = p.overlap.grad_reduce && p.overlap.param_gather;  // but for a first bucket
  for (std::uint32_t c = 0; c < (hidden ? 1 : p.virtual_stages); ++c)
    first_stage.push_back(parameters_[PositionOf(row, p.pp, 0, c)]);
  const ReplicaTraffic traffic = TrafficOf(params_, first_stage);
  const auto sum = [](const std::vector<double>& v) {
    return std::accumulate(v.begin(), v.end(), 0.0);
  };
  first_end += p.overlap.grad_reduce ? traffic.reduce[0] / traffic.buckets[0] : sum(traffic.reduce);
  const double gather =
      p.overlap.param_gather ? traffic.gather[0] / traffic.buckets[0] : sum(traffic.gather);
  const double optimizer = OptimizerSeconds();

  StepBound out;
  out.step_time = (std::max(end, first_end) + gather + optimizer + params_.framework.step_overhead) *
                  kRounding;
  out.memory = LeastMemory(held);
  const auto longest =
      std::max_element(busy.begin(), busy.end(), [](const WorkTime& a, const WorkTime& b) {
        return a.total() < b.total();
      });
  const double waiting =
      std::min(Watts(compute::KernelKind::kIdle, 1), Watts(compute::KernelKind::kCommunication, 1));
  out.joules = (WorkJoules(1, *longest) + optimizer * Watts(compute::KernelKind::kMemory, 1) +
                waiting * std::max(0.0, out.step_time - longest->total() - optimizer)) *
               kRounding;
  return out;
}

}  // namespace headroom::training
