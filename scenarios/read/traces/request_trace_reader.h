#pragma once

#include <string>

#include "models/serving/request_trace.h"
#include "sim/core/diagnostics.h"

namespace headroom::scenario {

/// Reads a trace of LLM requests. Every line must be whole and in order of arrival, every count of
/// tokens at least 1; what is not is an error with file and line in `diagnostics` (the first
/// kMaxTraceErrors), and its row is left out. Formats, with their rules, in docs/formats/traces.md:
///
///   azure-llm   CSV `TIMESTAMP,ContextTokens,GeneratedTokens`
///   mooncake    JSON lines `{"timestamp": ms, "input_length", "output_length", "hash_ids":
///   [...]}`, 512-token blocks
///   burstgpt    CSV with `Timestamp` (s), `Request tokens`, `Response tokens`; 0 of the latter is a
///   failed request, which is left out
///   vidur       CSV `arrived_at,num_prefill_tokens,num_decode_tokens`, or lengths alone
///   token-lines JSON lines `{"input_toks", "output_toks", "arrival_time_ns", "input_tok_ids"}`, the
///   last two may be missing
///   agents      JSON lines `{"session_id", "arrival_time_ns", "sub_requests": [{"input_toks",
///   "output_toks", "tool_duration_ns"}]}`
///   sharegpt    JSON lines `{"conversations": [{"from", "value"}]}`, 4 bytes a token; no arrivals
///   vllm-bench  the JSON result of `vllm bench serve --save-detailed`: input_lens, output_lens;
///   no arrivals
serving::RequestTrace ReadRequestTrace(const std::string& path, const std::string& format,
                                       Diagnostics& diagnostics);

inline constexpr int kMaxTraceErrors = 20;

}  // namespace headroom::scenario
