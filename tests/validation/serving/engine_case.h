#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/catalog/library.h"
#include "models/serving/kv_transfer.h"
#include "models/serving/replica_design.h"
#include "models/serving/request_source.h"

namespace headroom::validation {

/// One deployment of one replica as a measurement describes it.
struct EngineCase {
  std::string accelerator, stack, model;
  serving::EngineSettings engine;
  serving::ReplicaParallelism parallelism;
  compute::Precision precision = compute::Precision::kBf16;
  double kv_bytes = 2.0;
  serving::Speculation speculation;
};

/// Scale-up link of the accelerator's sheet, one domain.
network::FabricParams FabricOf(const catalog::Accelerator& accelerator);

struct EngineOutcome {
  bool fits = false;
  std::string budget;
  double ttft = 0, tpot = 0, e2e = 0;      ///< means [s]
  std::vector<double> ttfts, tpots, e2es;  ///< of counted requests
  double output_rate = 0;                  ///< tokens/s
  std::uint64_t preemptions = 0, iterations = 0;
};

/// Serves `source` to its end.
EngineOutcome Serve(serving::ReplicaDesign design, std::unique_ptr<serving::RequestSource> source);
/// Replicas that read prompts, others that write answers, and the NICs between them.
struct Pools {
  serving::ReplicaDesign prefill, decode;
  std::uint32_t prefills = 1, decodes = 1;
  serving::KvTransferParams transfer;
  bool in_turn = false;  ///< decode replicas take prompts in turn
};
EngineOutcome Serve(Pools pools, std::unique_ptr<serving::RequestSource> source);
serving::ReplicaDesign Design(const catalog::Library& library, const EngineCase& c);

/// Mean of |predicted / measured - 1|.
double Mape(const std::vector<double>& predicted, const std::vector<double>& measured);

}  // namespace headroom::validation
