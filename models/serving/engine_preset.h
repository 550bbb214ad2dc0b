#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace headroom::serving {

/// How an engine fills an iteration.
enum class BatchPolicy : std::uint8_t {
  kDecodeFirst,   ///< every running sequence decodes, the rest of the token budget takes prompts
                  ///< (vLLM V1, TensorRT-LLM)
  kPrefillFirst,  ///< iterations of prompts only as long as one can be admitted, else of decodes
                  ///< only (SGLang)
};

/// What `memory_fraction` is a share of, and what it has to hold.
enum class MemoryRule : std::uint8_t {
  kAll,           ///< of capacity: weights, activations, reserve and KV (vLLM)
  kWeightsAndKv,  ///< of capacity: weights and KV; the rest lives outside (SGLang)
  kOfFree,        ///< of what weights, activations and reserve leave free: KV (TensorRT-LLM)
};

/// Every setting by which engines differ, as plain numbers. Presets give the defaults of an engine;
/// a scenario may overwrite each.
struct EngineSettings {
  std::string name;
  BatchPolicy policy = BatchPolicy::kDecodeFirst;
  std::uint32_t max_sequences = 256;  ///< running at once
  std::uint32_t max_tokens = 8192;    ///< of one iteration, at least max_sequences
  bool chunked_prefill = true;        ///< a prompt may be cut to what is left of max_tokens
  std::uint32_t block_tokens = 16;    ///< of a KV block
  bool prefix_tree = false;           ///< prefixes lie in a radix tree, of which only leaves are evicted; else in a table of hashes
  MemoryRule memory_rule = MemoryRule::kAll;
  double memory_fraction = 0.9;
  double reserve_memory = 0.0;  ///< B per accelerator: contexts, graphs, communication buffers
  /// Share of a request's output for which admission sets KV blocks aside: 0 admits on the prompt
  /// alone and may have to preempt; 1 never preempts.
  double reserved_output = 0.0;
  /// CUDA graphs: batches up to `graph_tokens` are padded to a multiple of `graph_granule` (and 1,
  /// 2, 4 below it).
  std::uint32_t graph_granule = 8;
  std::uint32_t graph_tokens = 512;
  /// Iterations with prompts run in graphs, too (piecewise graphs).
  bool graph_prompts = false;

  /// The host plans an iteration while the one before it runs (asynchronous or overlapped scheduling): a request is seen one
  /// iteration later, but at once by an engine that has nothing else to run.
  bool schedule_ahead = false;
  /// The thread that plans also starts the kernels one by one where no graph holds them: it plans after that, and its other work
  /// comes on top of it.
  bool launches = false;
  /// Sequences that the engine could run but for those that its own padding holds.
  std::uint32_t spare_sequences = 0;
  /// Decode iterations from one look for new requests to the next; an iteration with prompts is
  /// followed by a look (SGLang scheduler_recv_interval).
  std::uint32_t poll_interval = 1;
  /// While others decode, prompts wait until they and the decodes make batch_wait_share of
  /// max_tokens, but at most batch_wait_iterations (TensorRT-LLM batch_wait_timeout_iters and
  /// batch_wait_max_tokens_ratio, and likewise where attention groups wait for each other).
  std::uint32_t batch_wait_iterations = 0;
  double batch_wait_share = 0.0;

  /// See LlmOperatorParams [s].
  double launch_cap = std::numeric_limits<double>::infinity();
  /// See LlmOperatorParams.
  bool fused_quantisation = false;
  /// Experts run on the stack's low-latency kernel where it has one for the precision and no attention groups share them.
  bool low_latency_experts = false;
  bool low_latency_groups = false;  ///< with them, too
  /// Host time of an iteration: host_fixed + (host_per_sequence + host_per_answer / stream_interval)
  /// * sequences [s]; a sequence's tokens are handed on every stream_interval of them. Serial with the
  /// accelerators, or, if `host_overlapped`, hidden behind them: wall = max(device, host) +
  /// host_exposed.
  double host_fixed = 0.0;
  double host_per_sequence = 0.0;
  double host_per_answer = 0.0;
  std::uint32_t stream_interval = 1;
  bool host_overlapped = false;
  double host_exposed = 0.0;
  /// Host time to start the kernels of a layer one by one, in iterations with prompts that no graph
  /// holds: of a dense layer, and of each operator of a layer of experts
  /// [s]; see EagerHost(). The accelerators wait where it is longer than theirs.
  double eager_per_layer = 0.0;
  double eager_per_operator = 0.0;
  /// Kernels that are fetched or compiled at their first use: the first iteration with at least so many prompt tokens
  /// takes so much longer [s].
  double first_use = 0.0;
  std::uint32_t first_use_tokens = 1;
  /// Arrival to the waiting queue (HTTP, tokeniser) [s].
  double ingress = 0.0;
  /// One process beside the engine hands answers on (detokeniser, HTTP), each message of
  /// stream_interval tokens for this long [s]. Where the engine is quicker, tokens queue before it.
  double egress = 0.0;

  /// Field -> where its number comes from; "assumed: ..." where nobody publishes it.
  struct Source {
    std::string field, text;
  };
  std::vector<Source> sources;

  double Host(std::uint32_t sequences) const {
    return host_fixed + (host_per_sequence + host_per_answer / stream_interval) * sequences;
  }
  /// Tokens that a batch of `tokens` occupies once padded.
  std::uint32_t Padded(std::uint32_t tokens) const;
};

/// The software stack whose kernels an engine runs: of its own name, of vllm-v0 vllm's.
std::string KernelStackOf(const std::string& engine);

/// "vllm" (V1), "vllm-v0", "sglang" or "tensorrt-llm". @throws ConfigError naming the known ones.
EngineSettings Preset(std::string_view engine);

/// @throws ConfigError naming the first setting outside its range.
void Validate(const EngineSettings& settings);

}  // namespace headroom::serving
