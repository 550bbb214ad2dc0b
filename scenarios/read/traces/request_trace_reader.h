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
serving::RequestTrace ReadRequestTrace(const std::string& path, const std::string& format,
                                       Diagnostics& diagnostics);

inline constexpr int kMaxTraceErrors = 20;

}  // namespace headroom::scenario
