#pragma once

#include <vector>

#include "models/llm/architecture.h"

namespace headroom::llm {

enum class OperatorKind { kGemm, kGroupedGemm, kAttention, kElementwise };

/// What an operator belongs to, so that callers can treat parts differently (recompute,
/// communication between them).
enum class Block { kAttention, kFfn, kHead };

/// One kernel of a layer on one accelerator, forward.
struct Operator {
  const char* name = "";
  OperatorKind kind = OperatorKind::kGemm;
  Block block = Block::kAttention;
  bool linear =
      false;  ///< a linear layer with weights: runs in the plan's precision; all else in bf16
  /// kGemm: m x k by k x n. kGroupedGemm: `groups` of them in one launch, m rows each.
  double m = 0, n = 0, k = 0, groups = 1;
  bool routed = false;    ///< works on rows that a router sent here
  bool permutes = false;  ///< moves rows to or from the order of experts
  /// kAttention, with heads on this accelerator.
  double sequences = 0, query = 0, context = 0, heads = 0, kv_heads = 0, qk_dim = 0, v_dim = 0;
  bool causal = true;
  double window = 0;  ///< keys that a query sees at most; 0: all of the context
  /// kElementwise: device memory traffic, read and written [B].
  double bytes = 0;
};

/// Attention of `sequences` equal sequences: `query` new tokens each over `context` keys in all.
struct AttentionWork {
  double sequences = 1;
  double query = 1;
  double context = 1;
  bool causal = true;
  /// MLA decodes on the compressed cache: keys and values are one vector of kv_rank + rope_dim that
  /// all heads share.
  bool compressed = false;
};

/// How a layer is split over accelerators.
struct LayerShard {
  double tp = 1;
  bool sequence_parallel =
      false;  ///< work outside the tensor-parallel regions is split over tp as well
  double ep = 1;
  double etp = 1;      ///< tensor parallelism of an expert
  double busiest = 1;  ///< rows that the busiest rank of an expert group gets over the mean
};

/// Bytes of one element in memory-bound kernels (bf16).
inline constexpr double kElement = 2.0;

/// Key/value heads on one accelerator; below one head per accelerator they are replicated.
double LocalKvHeads(const Architecture& a, double tp);

/// Operators of layer `layer` for `tokens` tokens in one pass on one accelerator; `tokens` are
/// those of the batch, not of the shard. Balanced routing: every expert gets tokens *
/// experts_per_token / experts, and each accelerator of the expert-parallel group brings `tokens`
/// of its own. Collectives are not operators: one all-gather before and one reduce-scatter after
/// each block under tensor parallelism, dispatch and combine around the routed experts.
std::vector<Operator> LayerOperators(const Architecture& a, std::uint32_t layer, double tokens,
                                     const std::vector<AttentionWork>& attention,
                                     const LayerShard& shard);
/// Final norm and output head for `tokens` tokens.
std::vector<Operator> HeadOperators(const Architecture& a, double tokens, const LayerShard& shard);

/// Bytes that one token leaves in the key/value cache of one layer, over all tensor-parallel ranks
/// without replication.
double KvBytesPerTokenAndLayer(const Architecture& a, double bytes_per_element);
/// The same for the whole model.
double KvBytesPerToken(const Architecture& a, double bytes_per_element);

}  // namespace headroom::llm
