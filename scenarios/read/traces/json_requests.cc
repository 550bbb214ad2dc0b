#include <fmt/format.h>
#include <simdjson.h>

#include <functional>

#include "models/serving/block_names.h"
#include "scenarios/read/traces/line_reader.h"
#include "scenarios/read/traces/trace_rows.h"

namespace headroom::scenario {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::uint32_t kBlock = 16;         ///< tokens of a block that ids are hashed to
constexpr std::size_t kBytesPerToken = 4;    ///< of text; assumed

/// Gives `each` the object of each line.
void Lines(const std::string& path, TraceRows& rows, const std::function<void(object, int)>& each) {
  LineReader reader(path);
  if (!reader.open()) return rows.Error(0, "does not exist or cannot be read");
  simdjson::dom::parser parser;
  std::string_view line;
  while (reader.Next(line)) {
    object row;
    if (line.empty() || parser.parse(line.data(), line.size()).get_object().get(row) != simdjson::SUCCESS)
      rows.Error(reader.number(), fmt::format("is no whole JSON object: '{:.60}'", line));
    else
      each(row, reader.number());
  }
  if (reader.failed()) rows.Error(reader.number(), "reading failed after this line");
}

/// A whole number under `key`; adds an error and gives false otherwise.
bool Field(object row, const char* key, int line, TraceRows& rows, std::int64_t& value) {
  const simdjson::error_code error = row[key].get_int64().get(value);
  if (error == simdjson::SUCCESS) return true;
  rows.Error(line, error == simdjson::NO_SUCH_FIELD ? fmt::format("{} is missing", key)
                                                    : fmt::format("{} must be a whole number", key));
  return false;
}

bool Has(object row, const char* key) { return row[key].error() == simdjson::SUCCESS; }

/// Chained names of the whole blocks of a prompt.
bool Hash(simdjson::dom::array ids, std::vector<std::uint64_t>& names) {
  std::uint64_t chain = 0;
  std::uint32_t filled = 0;
  for (element id : ids) {
    std::int64_t value = 0;
    if (id.get_int64().get(value) != simdjson::SUCCESS) return false;
    chain = serving::SplitMix(chain ^ serving::SplitMix(static_cast<std::uint64_t>(value)));
    if (++filled == kBlock) names.push_back(chain), filled = 0;
  }
  return true;
}

}  // namespace

void ReadTokenLines(const std::string& path, TraceRows& rows) {
  int timed = -1, hashed = -1;  // as the first row
  Lines(path, rows, [&](object row, int line) {
    std::int64_t input = 0, output = 0, at = 0;
    bool good = Field(row, "input_toks", line, rows, input);
    good = Field(row, "output_toks", line, rows, output) && good;
    const int has_time = Has(row, "arrival_time_ns"), has_ids = Has(row, "input_tok_ids");
    if (timed < 0) timed = has_time, hashed = has_ids;
    if (has_time != timed || has_ids != hashed)
      return rows.Error(line, "must have arrival_time_ns and input_tok_ids if the first line has them");
    if (has_time) good = Field(row, "arrival_time_ns", line, rows, at) && good;
    if (!good) return;
    if (at < 0) return rows.Error(line, fmt::format("arrival_time_ns is {}; it must be at least 0", at));
    std::vector<std::uint64_t>& hashes = rows.trace().hashes;
    const std::size_t begin = hashes.size();
    simdjson::dom::array ids;
    if (has_ids && (row["input_tok_ids"].get_array().get(ids) != simdjson::SUCCESS || !Hash(ids, hashes) ||
                    static_cast<std::int64_t>(ids.size()) != input)) {
      hashes.resize(begin);
      return rows.Error(line, fmt::format("input_tok_ids must list the {} tokens of the prompt", input));
    }
    const bool added = has_time ? rows.Add(line, at, input, output) : rows.AddLengths(line, input, output);
    if (!added)
      hashes.resize(begin);
    else if (has_ids)
      rows.trace().hash_begin.push_back(begin);
  });
  if (rows.trace().has_prefixes()) {
    rows.trace().hash_begin.push_back(rows.trace().hashes.size());
    rows.trace().hash_tokens = kBlock;
  }
}

void ReadAgents(const std::string& path, TraceRows& rows) {
  serving::RequestTrace& trace = rows.trace();
  Lines(path, rows, [&](object row, int line) {
    std::int64_t at = 0;
    simdjson::dom::array turns;
    if (!Field(row, "arrival_time_ns", line, rows, at)) return;
    if (at < 0) return rows.Error(line, fmt::format("arrival_time_ns is {}; it must be at least 0", at));
    if (row["sub_requests"].get_array().get(turns) != simdjson::SUCCESS || turns.size() == 0)
      return rows.Error(line, "sub_requests is missing or no list of at least one");
    const std::size_t begin = trace.turns.size();
    bool first = true, good = true;
    std::int64_t pause = 0;
    for (element e : turns) {
      object turn;
      std::int64_t input = 0, output = 0, tool = 0;
      if (e.get_object().get(turn) != simdjson::SUCCESS) {
        rows.Error(line, "sub_requests has an entry that is no object");
        good = false;
        break;
      }
      good = Field(turn, "input_toks", line, rows, input) && good;
      good = Field(turn, "output_toks", line, rows, output) && good;
      if (Has(turn, "tool_duration_ns")) good = Field(turn, "tool_duration_ns", line, rows, tool) && good;
      if (good && tool < 0) {
        rows.Error(line, fmt::format("tool_duration_ns is {}; it must be at least 0", tool));
        good = false;
      }
      if (!good) break;
      // A tool works after the answer that calls it.
      good = first ? rows.Add(line, at, input, output)
                   : rows.AddTurn(line, input, output, static_cast<double>(pause) * 1e-9);
      if (first && good) trace.turn_begin.push_back(begin);
      first = false;
      pause = tool;
      if (!good) break;
    }
    if (!good && trace.turn_begin.size() != trace.size()) trace.turns.resize(begin);
  });
  if (trace.has_turns()) trace.turn_begin.push_back(trace.turns.size());
}

void ReadShareGpt(const std::string& path, TraceRows& rows) {
  serving::RequestTrace& trace = rows.trace();
  Lines(path, rows, [&](object row, int line) {
    simdjson::dom::array turns;
    if (row["conversations"].get_array().get(turns) != simdjson::SUCCESS)
      return rows.Error(line, "conversations is missing or no list");
    std::int64_t said = 0, asked = 0;
    bool first = true;
    const auto tokens = [](std::string_view text) {
      return static_cast<std::int64_t>((text.size() + kBytesPerToken - 1) / kBytesPerToken);
    };
    for (element e : turns) {
      std::string_view from, value;
      if (e["from"].get_string().get(from) != simdjson::SUCCESS ||
          e["value"].get_string().get(value) != simdjson::SUCCESS)
        return rows.Error(line, "conversations has an entry without from and value");
      if (from == "human" || from == "user") {
        asked += tokens(value);
        continue;
      }
      // An answer to nothing, or without text, ends what can be replayed.
      if (asked == 0 || value.empty()) break;
      const std::int64_t answer = tokens(value);
      if (first) {
        if (!rows.AddLengths(line, asked, answer)) return;
        trace.turn_begin.push_back(trace.turns.size());
      } else if (!rows.AddTurn(line, said + asked, answer, 0.0)) {
        return;
      }
      first = false;
      said += asked + answer;
      asked = 0;
    }
    if (first) rows.LeaveOut();
  });
  if (trace.has_turns()) trace.turn_begin.push_back(trace.turns.size());
}

void ReadVllmBench(const std::string& path, TraceRows& rows) {
  simdjson::dom::parser parser;
  object result;
  simdjson::dom::array inputs, outputs;
  const auto loaded = parser.load(path);
  if (loaded.error() == simdjson::IO_ERROR) return rows.Error(0, "does not exist or cannot be read");
  if (loaded.get_object().get(result) != simdjson::SUCCESS ||
      result["input_lens"].get_array().get(inputs) != simdjson::SUCCESS ||
      result["output_lens"].get_array().get(outputs) != simdjson::SUCCESS)
    return rows.Error(1, "is no vllm-bench result with input_lens and output_lens; run it with --save-detailed");
  if (inputs.size() != outputs.size())
    return rows.Error(1, fmt::format("input_lens has {} entries and output_lens {}", inputs.size(), outputs.size()));
  auto output = outputs.begin();
  for (element in : inputs) {
    std::int64_t input_tokens = 0, output_tokens = 0;
    if (in.get_int64().get(input_tokens) != simdjson::SUCCESS ||
        (*output).get_int64().get(output_tokens) != simdjson::SUCCESS)
      return rows.Error(1, "input_lens and output_lens must be whole numbers");
    if (output_tokens == 0)
      rows.LeaveOut();
    else
      rows.AddLengths(1, input_tokens, output_tokens);
    ++output;
  }
}

}  // namespace headroom::scenario
