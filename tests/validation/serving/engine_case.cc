#include "tests/validation/serving/engine_case.h"

#include <cmath>

#include "models/serving/deployment.h"

namespace headroom::validation {

using namespace serving;

network::FabricParams FabricOf(const catalog::Accelerator& a) {
  network::FabricParams f;
  f.scale_up.shape = network::ScaleUpShapeFromName(a.scale_up().shape());
  f.scale_up.domain = a.scale_up().domain();
  f.scale_up.bandwidth = a.scale_up().bandwidth();
  f.scale_up.latency = a.scale_up().latency();
  f.scale_up.efficiency = a.scale_up().efficiency();
  f.scale_up.in_network_reduction = a.scale_up().in_network_reduction();
  if (a.scale_up().has_in_network_efficiency())
    f.scale_up.in_network_efficiency = a.scale_up().in_network_efficiency();
  f.scale_out.nic = 50e9;
  return f;
}

ReplicaDesign Design(const catalog::Library& library, const EngineCase& c) {
  const catalog::Accelerator& accelerator = library.accelerator(c.accelerator);
  ReplicaDesignParams p;
  p.model = llm::Resolve(library.llm(c.model));
  p.parallelism = c.parallelism;
  p.engine = c.engine;
  p.precision = c.precision;
  p.kv_bytes = c.kv_bytes;
  p.fabric = FabricOf(accelerator);
  p.speculation = c.speculation;
  return DesignReplica(accelerator, library.KernelsFor(accelerator, c.stack), p);
}

namespace {

DeploymentParams ParamsOf(const ReplicaDesign& design, std::uint32_t replicas) {
  DeploymentParams params;
  params.name = "w";
  params.replica = design.replica;
  params.replica.prefix_unit_tokens =
      design.cost->engine().block_tokens;  // on by default in all three engines
  params.places.resize(replicas);
  return params;
}

/// Runs to the end and fills all but `fits` and `budget`.
void Run(Engine& engine, Deployment& d, EngineOutcome& out) {
  d.Start();
  engine.RunAll();
  const RequestLog& log = d.log();
  double first = 1e300, last = 0, tokens = 0;
  for (std::size_t i = 0; i < log.size(); ++i) {
    if (log.state(i) != RequestState::kCompleted) continue;
    out.ttfts.push_back(log.first_token(i) - log.arrival(i));
    out.e2es.push_back(log.finish(i) - log.arrival(i));
    if (log.output_tokens(i) > 1)
      out.tpots.push_back((log.finish(i) - log.first_token(i)) / (log.output_tokens(i) - 1));
    first = std::min(first, log.arrival(i));
    last = std::max(last, log.finish(i));
    tokens += log.output_tokens(i);
  }
  const auto mean = [](const std::vector<double>& v) {
    double sum = 0;
    for (double x : v) sum += x;
    return sum / static_cast<double>(v.size());
  };
  out.ttft = mean(out.ttfts);
  out.tpot = mean(out.tpots);
  out.e2e = mean(out.e2es);
  out.output_rate = tokens / (last - first);
  out.preemptions = d.totals().preemptions;
  out.iterations = d.totals().iterations;
}

}  // namespace

EngineOutcome Serve(ReplicaDesign design, std::unique_ptr<RequestSource> source) {
  EngineOutcome out;
  out.fits = design.budget.fits();
  out.budget = design.budget.Text();
  if (!out.fits) return out;
  Engine engine;
  const DeploymentParams params = ParamsOf(design, 1);
  Deployment d(engine, params, std::move(design.cost), std::move(source));
  Run(engine, d, out);
  return out;
}

EngineOutcome Serve(Pools pools, std::unique_ptr<RequestSource> source) {
  EngineOutcome out;
  out.fits = pools.prefill.budget.fits() && pools.decode.budget.fits();
  out.budget = pools.prefill.budget.Text() + "\n" + pools.decode.budget.Text();
  if (!out.fits) return out;
  Engine engine;
  DeploymentParams params = ParamsOf(pools.prefill, pools.prefills);
  params.router = "round-robin";
  params.replica.hands_over = true;
  DecodePool decode;
  decode.replica = pools.decode.replica;
  decode.places.resize(pools.decodes);
  decode.cost = std::move(pools.decode.cost);
  decode.transfer = pools.transfer;
  decode.in_turn = pools.in_turn;
  Deployment d(engine, params, std::move(pools.prefill.cost), std::move(source), std::move(decode));
  Run(engine, d, out);
  return out;
}

double Mape(const std::vector<double>& predicted, const std::vector<double>& measured) {
  double sum = 0;
  for (std::size_t i = 0; i < predicted.size(); ++i)
    sum += std::abs(predicted[i] / measured[i] - 1.0);
  return sum / static_cast<double>(predicted.size());
}

}  // namespace headroom::validation
