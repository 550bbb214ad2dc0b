#include "scenarios/read/traces/trace_rows.h"

#include <fmt/format.h>

#include "scenarios/read/traces/request_trace_reader.h"

namespace headroom::scenario {
namespace {
constexpr std::int64_t kMostTokens = 1'000'000'000;
}

TraceRows::TraceRows(std::string file, Diagnostics& diagnostics)
    : file_(std::move(file)), diagnostics_(diagnostics) {}

void TraceRows::Error(int line, const std::string& message) {
  if (++errors_ > kMaxTraceErrors) return;
  diagnostics_.Error({file_, line, 0}, "", message);
}

bool TraceRows::CheckTokens(int line, std::int64_t input_tokens, std::int64_t output_tokens) {
  for (const auto& [name, tokens] : {std::pair{"prompt", input_tokens}, {"output", output_tokens}})
    if (tokens < 1 || tokens > kMostTokens) {
      Error(line,
            fmt::format("{} of {} tokens; it must be between 1 and {}", name, tokens, kMostTokens));
      return false;
    }
  return true;
}

bool TraceRows::AddLengths(int line, std::int64_t input_tokens, std::int64_t output_tokens) {
  if (!CheckTokens(line, input_tokens, output_tokens)) return false;
  trace_.input_tokens.push_back(static_cast<std::uint32_t>(input_tokens));
  trace_.output_tokens.push_back(static_cast<std::uint32_t>(output_tokens));
  return true;
}

bool TraceRows::AddTurn(int line, std::int64_t input_tokens, std::int64_t output_tokens,
                        double pause) {
  if (!CheckTokens(line, input_tokens, output_tokens)) return false;
  trace_.turns.push_back({static_cast<std::uint32_t>(input_tokens),
                          static_cast<std::uint32_t>(output_tokens), pause});
  return true;
}

bool TraceRows::Add(int line, std::int64_t time_ns, std::int64_t input_tokens,
                    std::int64_t output_tokens) {
  if (!CheckTokens(line, input_tokens, output_tokens)) return false;
  if (trace_.size() == 0) first_ns_ = last_ns_ = time_ns;
  if (time_ns < last_ns_) {
    Error(line, fmt::format("arrives {:.6f} s before the row above; a trace is in order of arrival",
                            static_cast<double>(last_ns_ - time_ns) * 1e-9));
    return false;
  }
  last_ns_ = time_ns;
  trace_.arrival.push_back(static_cast<double>(time_ns - first_ns_) * 1e-9);
  return AddLengths(line, input_tokens, output_tokens);
}

serving::RequestTrace TraceRows::Finish() {
  if (errors_ > kMaxTraceErrors)
    diagnostics_.Error(
        {file_, 0, 0}, "",
        fmt::format("{} more errors of this kind are not shown", errors_ - kMaxTraceErrors));
  if (trace_.left_out > 0)
    diagnostics_.Warning({file_, 0, 0}, "",
                         fmt::format("{} rows are of requests that failed; they are left out",
                                     trace_.left_out));
  if (errors_ == 0 && trace_.size() == 0)
    diagnostics_.Error({file_, 0, 0}, "", "has no requests; a trace needs at least one");
  return std::move(trace_);
}

serving::RequestTrace ReadRequestTrace(const std::string& path, const std::string& format,
                                       Diagnostics& diagnostics) {
  TraceRows rows(path, diagnostics);
  constexpr std::pair<const char*, void (*)(const std::string&, TraceRows&)> formats[] = {
      {"azure-llm", ReadAzureLlm}, {"mooncake", ReadMooncake},     {"burstgpt", ReadBurstGpt},
      {"vidur", ReadVidur},        {"token-lines", ReadTokenLines}, {"agents", ReadAgents},
      {"sharegpt", ReadShareGpt},  {"vllm-bench", ReadVllmBench}};
  std::string known;
  for (const auto& [name, read] : formats) {
    if (format == name) {
      read(path, rows);
      return rows.Finish();
    }
    known += std::string(known.empty() ? "" : ", ") + name;
  }
  rows.Error(0, fmt::format("format '{}' is unknown; known are {}", format, known));
  return rows.Finish();
}

}  // namespace headroom::scenario
