#include "models/training/data_parallel.h"

#include <algorithm>
#include <cmath>

#include "models/llm/parameters.h"

namespace headroom::training {
namespace {

double Buckets(double parameters, double replicas) {
  return std::max(1.0, std::floor(parameters / std::max(40e6, 1e6 * replicas)));
}

}  // namespace

ReplicaTraffic TrafficOf(const StepParams& params, const std::vector<ChunkParameters>& chunks) {
  const ParallelPlan& p = params.plan;
  ReplicaTraffic out{std::vector<double>(chunks.size()), std::vector<double>(chunks.size()),
                     std::vector<double>(chunks.size(), 1.0)};
  if (p.zero == 3 && p.replicas == 1) return out;
  out.buckets[0] = Buckets(chunks[0].dense, p.dense_replicas());
  const auto add = [&](std::uint32_t ranks, std::uint32_t stride, double ChunkParameters::*part) {
    if (ranks <= 1) return;
    const std::uint32_t shards = ranks / p.replicas;
    const network::Group group = network::MakeGroup(params.fabric, shards, stride);
    const network::Group replicas = network::MakeGroup(params.fabric, p.replicas, stride * shards);
    for (std::size_t i = 0; i < chunks.size(); ++i) {
      const double bucket = chunks[i].*part / out.buckets[i];
      const auto over = [&](const network::Group& ranks, network::Operation op, double bytes) {
        if (ranks.ranks <= 1) return 0.0;
        return out.buckets[i] * network::Cost(params.fabric, ranks, op, network::Algorithm::kAuto, bytes).seconds;
      };
      const auto cost = [&](network::Operation op, double bytes) { return over(group, op, bytes); };
      const double gradient = bucket * params.framework.gradient_bytes;
      if (p.zero == 0) {
        out.reduce[i] += cost(network::Operation::kAllReduce, gradient);
        continue;
      }
      out.reduce[i] += over(replicas, network::Operation::kAllReduce, gradient / shards);
      if (p.zero < 3) {
        out.reduce[i] += cost(network::Operation::kReduceScatter, gradient);
        out.gather[i] +=
            cost(network::Operation::kAllGather, bucket * params.framework.gather_bytes);
      }
    }
  };
  add(p.dense_replicas(), p.tp, &ChunkParameters::dense);
  if (params.model.is_moe()) add(p.expert_replicas(), p.ep * p.etp, &ChunkParameters::experts);
  return out;
}

TiedEmbedding TiedEmbeddingOf(const StepParams& params) {
  const ParallelPlan& p = params.plan;
  if (p.adapter.trained() || !CopiesEmbedding(params.model, p)) return {};
  const double shards = p.zero >= 2 ? p.dense_replicas() : 1;
  const double bytes = llm::EmbeddingParameters(params.model) / p.tp / shards * params.framework.gradient_bytes;
  return {bytes, (p.pp - 1) * p.tp * p.cp * p.dp};
}

double TiedSeconds(const StepParams& params) {
  const TiedEmbedding tied = TiedEmbeddingOf(params);
  if (tied.bytes <= 0) return 0;
  return network::Cost(params.fabric, network::MakeGroup(params.fabric, 2, tied.stride), network::Operation::kAllReduce,
                       network::Algorithm::kAuto, tied.bytes)
      .seconds;
}

std::vector<Gate> GatherGates(const StepParams& params, const ReplicaTraffic& traffic) {
  const ScheduleRow& row = RowOf(params.plan.schedule);
  std::vector<Gate> gates(traffic.gather.size());
  for (std::uint32_t s = 0; s < params.plan.pp; ++s) {
    double t = 0;
    for (std::uint32_t c = 0; c < params.plan.virtual_stages; ++c) {
      const std::uint32_t i = PositionOf(row, params.plan.pp, s, c);
      gates[i].start = t + traffic.gather[i] / traffic.buckets[i];
      t += traffic.gather[i];
      gates[i].whole = t;
    }
  }
  return gates;
}

ReduceTail Reduce(const StepParams& params, const ReplicaTraffic& traffic,
                  const PipelineResult& run) {
  const ScheduleRow& row = RowOf(params.plan.schedule);
  ReduceTail out;
  for (std::uint32_t s = 0; s < params.plan.pp; ++s) {
    std::vector<std::uint32_t> mine;
    double total = 0;
    for (std::uint32_t c = 0; c < params.plan.virtual_stages; ++c) {
      mine.push_back(PositionOf(row, params.plan.pp, s, c));
      total += traffic.reduce[mine.back()];
    }
    double t = run.stage_end[s] + total;
    if (params.plan.overlap.grad_reduce) {
      std::sort(mine.begin(), mine.end(), [&](std::uint32_t a, std::uint32_t b) {
        return run.chunks[a].last_backward_end < run.chunks[b].last_backward_end;
      });
      t = 0;
      for (std::uint32_t i : mine) {
        const ChunkSpan& span = run.chunks[i];
        t = std::max(std::max(t, span.last_backward_start) + traffic.reduce[i],
                     span.last_backward_end + traffic.reduce[i] / traffic.buckets[i]);
      }
    }
    out.end = std::max({out.end, t, run.stage_end[s]});
    out.hidden = std::max(out.hidden, total - std::max(0.0, t - run.stage_end[s]));
  }
  return out;
}

}  // namespace headroom::training
