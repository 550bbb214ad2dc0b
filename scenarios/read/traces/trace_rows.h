#pragma once

#include <cstdint>
#include <string>

#include "models/serving/request_trace.h"
#include "sim/core/diagnostics.h"

namespace headroom::scenario {

/// Builds a RequestTrace row by row and holds the rules that all formats share.
class TraceRows {
 public:
  TraceRows(std::string file, Diagnostics& diagnostics);
  void Error(int line, const std::string& message);
  /// A row at `time_ns` on the trace's own clock; the first row is time 0 of the trace. False, with
  /// an error, if it goes back in time or has no tokens.
  bool Add(int line, std::int64_t time_ns, std::int64_t input_tokens, std::int64_t output_tokens);
  /// A row of lengths alone.
  bool AddLengths(int line, std::int64_t input_tokens, std::int64_t output_tokens);
  /// A row of a request that failed where the trace was taken.
  void LeaveOut() { ++trace_.left_out; }
  /// A later turn of the session that the last row began.
  bool AddTurn(int line, std::int64_t input_tokens, std::int64_t output_tokens, double pause);
  /// Adds the error of an empty trace if there is none else, and hands over what was read.
  serving::RequestTrace Finish();
  serving::RequestTrace& trace() { return trace_; }

 private:
  bool CheckTokens(int line, std::int64_t input_tokens, std::int64_t output_tokens);
  std::string file_;
  Diagnostics& diagnostics_;
  serving::RequestTrace trace_;
  std::int64_t first_ns_ = 0, last_ns_ = 0;
  int errors_ = 0;
};

void ReadAzureLlm(const std::string& path, TraceRows& rows);
void ReadMooncake(const std::string& path, TraceRows& rows);
void ReadBurstGpt(const std::string& path, TraceRows& rows);
void ReadVidur(const std::string& path, TraceRows& rows);
void ReadTokenLines(const std::string& path, TraceRows& rows);
void ReadAgents(const std::string& path, TraceRows& rows);
void ReadShareGpt(const std::string& path, TraceRows& rows);
void ReadVllmBench(const std::string& path, TraceRows& rows);

}  // namespace headroom::scenario
