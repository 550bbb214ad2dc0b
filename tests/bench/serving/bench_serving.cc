// Speed of the serving model alone: bench_serving [requests] [replicas] [rate per replica].
// Operators of about a Llama-2-70B on four H100; lengths and limits of the published Vidur case.
#include <fmt/format.h>
#include <sys/resource.h>

#include <cstdlib>
#include <ctime>

#include "models/serving/deployment.h"
#include "tests/models/serving/simple_operators.h"

using namespace headroom;
using namespace headroom::serving;

int main(int argc, char** argv) {
  const std::uint64_t requests = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10000;
  const std::uint32_t replicas = argc > 2 ? static_cast<std::uint32_t>(std::atoi(argv[2])) : 1;
  const double rate = argc > 3 ? std::atof(argv[3]) : 4.0;

  EngineSettings settings = Preset("vllm");
  settings.max_sequences = 128;
  settings.max_tokens = 512;
  const LinearTerms terms{.per_iteration = 16e-3,
                          .per_token = 4.5e-5,
                          .per_prefill_pair = 1e-10,
                          .per_decode_key = 2.5e-8};
  DeploymentParams params;
  params.name = "bench";
  params.replica.accelerators = 4;
  params.replica.kv_blocks = 30000;
  params.places.resize(replicas);
  const Lengths lengths{LognormalTokens{800, 0.5}, LognormalTokens{211, 0.6}};

  const std::clock_t start = std::clock();
  Engine engine;
  Deployment deployment(
      engine, params,
      std::make_unique<IterationCost>(std::make_unique<SimpleOperators>(terms), settings),
      MakePoissonSource({rate * replicas, 1.0}, lengths, requests, 1, "bench"));
  deployment.Start();
  engine.RunAll();
  const double simulated = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  MetricSet metrics;
  AddMetrics(deployment, metrics);
  const double all = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;

  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const ReplicaCounters totals = deployment.totals();
  fmt::print("requests {}  replicas {}  iterations {}  events {}\n", deployment.log().completed(),
             replicas, totals.iterations, engine.events_run());
  fmt::print("simulation {:.3f} CPU-s, with metrics {:.3f} CPU-s, {} MiB\n", simulated, all,
             usage.ru_maxrss / 1024);
  for (const Metric& m : metrics.all()) fmt::print("{} {:.6g} {}\n", m.name, m.value, m.unit);
}
