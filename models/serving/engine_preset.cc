#include "models/serving/engine_preset.h"

#include <fmt/format.h>

#include "sim/core/diagnostics.h"

namespace headroom::serving {
namespace {

const char kAssumedHost[] =
    "assumed: 0.5-5 ms of host work per step are reported for these engines; not fitted";

EngineSettings Vllm() {
  EngineSettings e;
  e.name = "vllm";
  e.schedule_ahead = true;
  e.graph_prompts = true;
  e.policy = BatchPolicy::kDecodeFirst;
  e.max_sequences = 256;
  e.max_tokens = 8192;
  e.chunked_prefill = true;
  e.block_tokens = 16;
  e.memory_fraction = 0.9;
  e.reserve_memory = 1.1e9;
  e.reserved_output = 0.0;
  e.graph_granule = 8;
  e.graph_tokens = 512;
  e.low_latency_experts = true;
  e.host_fixed = 0.55e-3;
  e.host_per_sequence = 16e-6;
  e.host_overlapped = false;
  e.eager_per_layer = 0.68e-3;
  e.ingress = 15e-3;
  e.sources = {
      {"policy", "vLLM V1 scheduler: running requests first, waiting ones with what is left"},
      {"schedule_ahead", "vLLM async_scheduling, default since 0.14; before that the runs of SemiAnalysisAI/InferenceX set it"},
      {"graph_prompts", "vLLM default cudagraph_mode FULL_AND_PIECEWISE"},
      {"eager_per_layer",
       "fitted on one run: TTFT 84 ms of Llama 3.1 70B in nvfp4, B200, tp 8, 4 users of 1024/1024 tokens, without piecewise graphs "
       "(aiconfigurator 095f58a5 silicon_sample.csv)"},
      {"max_sequences",
       "vLLM default max_num_seqs (1024 on accelerators of 70 GiB and more since 0.8)"},
      {"max_tokens", "vLLM V1 default max_num_batched_tokens of a server on large accelerators"},
      {"block_tokens", "vLLM default block_size on CUDA"},
      {"memory_fraction", "vLLM default gpu_memory_utilization"},
      {"reserve_memory",
       "fitted on one run: 2588 KV blocks of vLLM 0.19 with Llama 3.1 8B on an RTX 4090 "
       "(LLMServingSim 5daddb21); CUDA context and graph pools"},
      {"graph_granule", "vLLM cudagraph_capture_sizes: 1, 2, 4 and multiples of 8"},
      {"graph_tokens", "vLLM default max cudagraph capture size"},
      {"low_latency_experts",
       "Marlin for mxfp4 before Blackwell, as the launch scripts of SemiAnalysisAI/InferenceX set it (VLLM_MXFP4_USE_MARLIN); "
       "Triton, the default of some versions, is a third slower for few tokens (vllm-project/vllm pull request 27523)"},
      {"host_fixed",
       "fitted on one run: TPOT of the run of `ingress`"},
      {"host_per_sequence",
       "fitted on one run: mean TPOT 32.46 ms of vLLM 0.19 with Llama 3.1 8B on an RTX PRO 6000, "
       "up to 128 "
       "sequences (LLMServingSim 5daddb21)"},
      {"ingress",
       "fitted on one run: TTFT 73.0 ms of Llama 3.1 70B fp8, H200, tp 8, 4 users of 1024/1024 "
       "tokens "
       "(aiconfigurator 095f58a5 silicon_sample.csv)"}};
  return e;
}

/// The engine before 2025: prompts first, whole, and more host work for each sequence.
EngineSettings VllmV0() {
  EngineSettings e = Vllm();
  e.name = "vllm-v0";
  e.policy = BatchPolicy::kPrefillFirst;
  e.max_tokens = 32768;
  e.chunked_prefill = false;
  e.graph_tokens = 256;
  e.host_per_sequence = 84e-6;
  e.schedule_ahead = false;
  e.graph_prompts = false;
  e.eager_per_layer = 0.0;
  const auto replace = [&](const char* field, const char* text) {
    for (EngineSettings::Source& s : e.sources)
      if (s.field == field) s.text = text;
  };
  replace("policy", "vLLM 0.6 scheduler: waiting prompts first, else the running ones");
  replace("max_tokens", "vLLM 0.6: the longest sequence; 32768 is where it begins to cut prompts");
  replace("graph_tokens", "vLLM 0.6 largest CUDA-graph batch");
  replace("schedule_ahead", "vLLM 0.6 plans an iteration after the one before");
  replace("graph_prompts", "vLLM 0.6 captures decodes only");
  replace("eager_per_layer", "none: ROCm's start of prompt kernels was not measured apart");
  replace("host_per_sequence",
          "fitted on one run: 2,794 tokens/s of 256 sequences of 128/2048 tokens, Llama 3.1 405B fp8, 8 x MI300X, tp 8 "
          "(Oracle Cloud, October 2024)");
  return e;
}

EngineSettings Sglang() {
  EngineSettings e;
  e.name = "sglang";
  e.launches = true;
  e.schedule_ahead = true;
  e.policy = BatchPolicy::kPrefillFirst;
  e.max_sequences = 1024;
  e.max_tokens = 8192;
  e.chunked_prefill = true;
  e.block_tokens = 1;
  e.prefix_tree = true;
  e.memory_rule = MemoryRule::kWeightsAndKv;
  e.memory_fraction = 0.88;
  e.reserve_memory = 0.0;
  e.reserved_output = 0.7;
  e.graph_granule = 8;
  e.graph_tokens = 160;
  e.launch_cap = 0.16e-6;
  e.fused_quantisation = true;
  e.low_latency_experts = true;
  e.host_fixed = 1.0e-3;
  e.host_per_sequence = 40e-6;
  e.host_overlapped = true;
  e.host_exposed = 1.12e-3;
  e.eager_per_operator = 73e-6;
  e.ingress = 30e-3;
  e.egress = 47.4e-6;
  e.sources = {
      {"policy", "SGLang get_next_batch_to_run: a prefill batch if one fits, else decode"},
      {"schedule_ahead", "SGLang event_loop_overlap, the default"},
      {"launches", "SGLang's scheduler process runs the model"},
      {"max_sequences", "assumed: SGLang derives max_running_requests from memory"},
      {"max_tokens", "SGLang default chunked_prefill_size on accelerators of 80 GB"},
      {"block_tokens", "SGLang default page_size"},
      {"prefix_tree", "SGLang RadixCache.evict: leaves in order of last access"},
      {"memory_fraction", "SGLang default mem_fraction_static on one accelerator of 80 GB"},
      {"reserved_output", "SGLang initial new_token_ratio; its decay is not modelled"},
      {"graph_tokens", "SGLang default cuda_graph_max_bs"},
      {"low_latency_experts", "moe-runner-backend flashinfer_trtllm, as DeepSeek is served on Blackwell"},
      {"fused_quantisation", "as TensorRT-LLM"},
      {"launch_cap", "as TensorRT-LLM, whose kernels it shares on these accelerators"},
      {"host_fixed", kAssumedHost},
      {"host_per_sequence",
       "assumed; the run of `egress` tells nothing: its TPOT of 22.97 ms comes out at 24.8 ms with any value from 0 to 40e-6, as "
       "answers wait for `egress`"},
      {"host_exposed",
       "fitted on one run: TPOT 8.05 ms of DeepSeek R1 in nvfp4, B200, tp 8, ep 8, 4 users of 1024/1024 tokens "
       "(aiconfigurator 095f58a5 silicon_sample.csv); result processing that the overlap scheduler does not hide"},
      {"eager_per_operator", "assumed: as TensorRT-LLM, the same framework"},
      {"egress",
       "fitted on one run: 19,600 tokens/s of Llama 3.1 8B fp8, H200, tp 8, 512 users of 1000/1000 tokens (aiconfigurator "
       "095f58a5 silicon_sample.csv)"},
      {"ingress", "assumed: between what Llama 3.1 8B and DeepSeek R1 show on H200"}};
  return e;
}

EngineSettings TensorrtLlm() {
  EngineSettings e;
  e.name = "tensorrt-llm";
  e.launches = true;
  e.schedule_ahead = true;
  e.policy = BatchPolicy::kDecodeFirst;
  e.max_sequences = 2048;
  e.max_tokens = 8192;
  e.chunked_prefill = false;
  e.block_tokens = 32;
  e.prefix_tree = true;
  e.memory_rule = MemoryRule::kOfFree;
  e.memory_fraction = 0.9;
  e.reserve_memory = 3.0e9;
  e.reserved_output = 1.0;
  e.graph_granule = 8;
  e.graph_tokens = 128;
  e.spare_sequences = 1;
  e.launch_cap = 0.16e-6;
  e.fused_quantisation = true;
  e.low_latency_experts = true;
  e.host_fixed = 2.2e-3;
  e.host_per_sequence = 3e-6;
  e.host_per_answer = 0.0;
  e.host_overlapped = true;
  e.host_exposed = 0.2e-3;
  e.eager_per_layer = 0.64e-3;
  e.eager_per_operator = 73e-6;
  e.ingress = 20e-3;
  e.egress = 85.6e-6;
  e.sources = {
      {"policy",
       "TensorRT-LLM in-flight batching: context and generation requests in one iteration"},
      {"schedule_ahead", "TensorRT-LLM's overlap scheduler of the PyTorch backend, the default"},
      {"launches", "PyExecutor plans and runs the model in one thread"},
      {"max_sequences", "TensorRT-LLM default max_batch_size"},
      {"max_tokens", "TensorRT-LLM default max_num_tokens"},
      {"chunked_prefill", "TensorRT-LLM default enable_chunked_prefill of the PyTorch backend"},
      {"block_tokens", "TensorRT-LLM default tokens_per_block of the PyTorch backend"},
      {"prefix_tree", "TensorRT-LLM KV cache reuse: blocks in a radix tree, leaves are freed first"},
      {"memory_fraction", "TensorRT-LLM default free_gpu_memory_fraction"},
      {"reserved_output", "TensorRT-LLM default scheduler policy GUARANTEED_NO_EVICT"},
      {"graph_tokens", "TensorRT-LLM default largest CUDA-graph batch"},
      {"low_latency_experts",
       "moe_config.backend TRTLLM without attention groups, CUTLASS with them, as the launch scripts of "
       "SemiAnalysisAI/InferenceX set it on B200"},
      {"fused_quantisation",
       "TensorRT-LLM's norms, attention and activations write fp4 themselves (fused_add_rms_norm_quant, attention output in fp4)"},
      {"launch_cap",
       "fitted on one run: TPOT 5.45 ms of Llama 3.1 70B fp8, B200, tp 8, 4 users of 1024/1024 "
       "tokens "
       "(aiconfigurator 095f58a5 silicon_sample.csv)"},
      {"host_fixed", kAssumedHost},
      {"host_per_sequence", kAssumedHost},
      {"host_per_answer",
       "fitted on one run, which it cannot meet: TPOT 10.16 ms of Llama 3.1 8B bf16, H100, tp 8, 128 users of 1024/512 "
       "tokens (aiconfigurator 095f58a5 silicon_sample.csv) is 11.7 ms without it, as answers wait for `egress`"},
      {"egress", "fitted on the same run: its 9,100 tokens/s"},
      {"spare_sequences",
       "assumed: the padding request of CUDA graphs holds a slot; runs with as many slots as users "
       "show one user waiting for a whole answer"},
      {"eager_per_layer",
       "fitted on one run: TPOT 22.1 ms of Llama 3.1 8B bf16, H100, tp 8, 128 users of 1024/128 tokens "
       "(aiconfigurator 095f58a5 silicon_sample.csv)"},
      {"eager_per_operator",
       "assumed: prompts of 1,000 tokens of DeepSeek R1 take 100 to 200 ms longer than their kernels, those of "
       "8,000 do not"},
      {"host_exposed",
       "assumed: sampling and response work that the overlap scheduler does not hide"},
      {"ingress", "assumed: prompts of 1,000 tokens of Llama 3.1 8B take 20 to 30 ms longer than their kernels"}};
  return e;
}

}  // namespace

std::uint32_t EngineSettings::Padded(std::uint32_t tokens) const {
  if (tokens > graph_tokens || graph_granule <= 1) return tokens;
  if (tokens <= 2) return tokens;
  if (tokens <= 4 && graph_granule >= 4) return 4;
  return (tokens + graph_granule - 1) / graph_granule * graph_granule;
}

std::string KernelStackOf(const std::string& engine) { return engine == "vllm-v0" ? "vllm" : engine; }

EngineSettings Preset(std::string_view engine) {
  if (engine == "vllm") return Vllm();
  if (engine == "vllm-v0") return VllmV0();
  if (engine == "sglang") return Sglang();
  if (engine == "tensorrt-llm") return TensorrtLlm();
  throw ConfigError(fmt::format("engine is '{}'; known are vllm, vllm-v0, sglang, tensorrt-llm", engine));
}

void Validate(const EngineSettings& e) {
  const auto check = [](bool good, const char* field, double value, const char* rule) {
    if (!good) throw ConfigError(fmt::format("{} is {}; it must be {}", field, value, rule));
  };
  check(e.max_sequences >= 1, "max_sequences", e.max_sequences, "at least 1");
  if (e.max_tokens < e.max_sequences)
    throw ConfigError(
        fmt::format("max_tokens is {}; it must be at least max_sequences, which is {}, so that "
                    "every running sequence can decode",
                    e.max_tokens, e.max_sequences));
  check(e.block_tokens >= 1, "block_tokens", e.block_tokens, "at least 1");
  check(e.memory_fraction > 0 && e.memory_fraction <= 1, "memory_fraction", e.memory_fraction,
        "over 0 and at most 1");
  check(e.reserved_output >= 0 && e.reserved_output <= 1, "reserved_output", e.reserved_output,
        "between 0 and 1");
  check(e.graph_granule >= 1, "graph_granule", e.graph_granule, "at least 1");
  check(e.host_fixed >= 0, "host_fixed", e.host_fixed, "at least 0 s");
  check(e.host_per_sequence >= 0, "host_per_sequence", e.host_per_sequence, "at least 0 s");
  check(e.host_exposed >= 0, "host_exposed", e.host_exposed, "at least 0 s");
  check(e.poll_interval >= 1, "poll_interval", e.poll_interval, "at least 1");
  check(e.stream_interval >= 1, "stream_interval", e.stream_interval, "at least 1");
  check(e.batch_wait_share >= 0 && e.batch_wait_share <= 1, "batch_wait_share", e.batch_wait_share,
        "between 0 and 1");
  check(e.first_use >= 0, "first_use", e.first_use, "at least 0 s");
  check(e.first_use_tokens >= 1, "first_use_tokens", e.first_use_tokens, "at least 1");
  check(e.ingress >= 0, "ingress", e.ingress, "at least 0 s");
  check(e.egress >= 0, "egress", e.egress, "at least 0 s");
}

}  // namespace headroom::serving
