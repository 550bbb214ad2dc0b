#pragma once

#include <cstdint>
#include <string>

#include "models/compute/precision.h"
#include "models/llm/architecture.h"
#include "models/serving/engine_preset.h"
#include "models/serving/llm_operators.h"

namespace headroom::serving {

/// Device memory of one accelerator of a replica, fullest stage [B], and the KV blocks that it
/// leaves.
///
///     vLLM          kv = fraction * capacity - weights - activations - reserve
///     SGLang        kv = fraction * capacity - weights
///     TensorRT-LLM  kv = fraction * (capacity - weights - activations - reserve)
///     blocks = floor(kv / block_bytes) for each attention group
///
/// activations are those of one iteration at its token budget: max_tokens * (4 hidden + qkv + 3
/// ffn) * 2 B with qkv and ffn split over tp, and max_sequences * vocab * 10 B of logits (bf16,
/// fp32, sorted copy); a rule of thumb (assumed).
struct KvBudget {
  double capacity = 0.0;
  double weights = 0.0;
  double activations = 0.0;
  double reserve = 0.0;
  double kv = 0.0;           ///< for blocks; may be negative
  double block_bytes = 0.0;  ///< of one block on one accelerator
  std::uint32_t blocks = 0;  ///< of the whole replica
  std::uint32_t planned = 0;  ///< what memory leaves, where `blocks` are given from outside
  bool fits() const { return blocks > 0; }
  /// "weights 17.6 GB + activations ... leave 0.0 GB of 80 GB" in one line.
  std::string Text() const;
};

/// What shares a replica's memory with its model, on each accelerator [B].
struct KvGuests {
  double weights = 0.0;             ///< of a draft model or layer, of resident adapters
  double keys_per_token = 0.0;      ///< of a draft's own cache
};

/// Weights on the fullest accelerator, and bytes that a token leaves in its cache.
double WeightBytes(const llm::Architecture& model, compute::Precision precision,
                   const ReplicaParallelism& parallelism);
double KvBytesPerToken(const llm::Architecture& model, double kv_bytes,
                       const ReplicaParallelism& parallelism);

/// What an engine sees of a device's memory [B]: `reported` of its sheet, else its capacity.
double DeviceMemory(const catalog::Accelerator& accelerator);

KvBudget PlanKv(const llm::Architecture& model, compute::Precision precision, double kv_bytes,
                const ReplicaParallelism& parallelism, const EngineSettings& engine,
                double capacity, const KvGuests& guests = {});

}  // namespace headroom::serving
