#include <fmt/format.h>
#include <simdjson.h>

#include "scenarios/read/traces/line_reader.h"
#include "scenarios/read/traces/trace_rows.h"

namespace headroom::scenario {
namespace {

/// Tokens of one hashed block of the Mooncake traces.
constexpr std::int64_t kBlock = 512;

/// A whole number under `key`; adds an error and gives false otherwise.
bool Field(simdjson::dom::object row, const char* key, int line, TraceRows& rows,
           std::int64_t& value) {
  const simdjson::error_code error = row[key].get_int64().get(value);
  if (error == simdjson::SUCCESS) return true;
  rows.Error(line, error == simdjson::NO_SUCH_FIELD
                       ? fmt::format("{} is missing", key)
                       : fmt::format("{} must be a whole number", key));
  return false;
}

void ReadRow(simdjson::dom::object row, int line, TraceRows& rows) {
  std::int64_t ms = 0, input = 0, output = 0;
  bool good = Field(row, "timestamp", line, rows, ms);
  good = Field(row, "input_length", line, rows, input) && good;
  good = Field(row, "output_length", line, rows, output) && good;
  simdjson::dom::array ids;
  if (row["hash_ids"].get_array().get(ids) != simdjson::SUCCESS)
    return rows.Error(line,
                      "hash_ids is missing or no list; every row names the blocks of its prompt");
  if (!good) return;
  if (ms < 0 || ms > INT64_MAX / 2'000'000)
    return rows.Error(line,
                      fmt::format("timestamp is {}; it must be milliseconds from the start", ms));
  const std::int64_t blocks = (input + kBlock - 1) / kBlock;
  if (input > 0 && static_cast<std::int64_t>(ids.size()) != blocks)
    return rows.Error(line, fmt::format("hash_ids has {} entries; {} tokens are {} blocks of {}",
                                        ids.size(), input, blocks, kBlock));
  std::vector<std::uint64_t>& hashes = rows.trace().hashes;
  const std::size_t begin = hashes.size();
  for (simdjson::dom::element id : ids) {
    std::uint64_t value = 0;
    if (id.get_uint64().get(value) != simdjson::SUCCESS) {
      hashes.resize(begin);
      return rows.Error(line, "hash_ids has an entry that is no whole number of 0 or more");
    }
    hashes.push_back(value);
  }
  if (rows.Add(line, ms * 1'000'000, input, output))
    rows.trace().hash_begin.push_back(begin);
  else
    hashes.resize(begin);
}

}  // namespace

void ReadMooncake(const std::string& path, TraceRows& rows) {
  LineReader reader(path);
  if (!reader.open()) return rows.Error(0, "does not exist or cannot be read");
  simdjson::dom::parser parser;
  std::string_view line;
  while (reader.Next(line)) {
    const int number = reader.number();
    simdjson::dom::object row;
    if (line.empty() ||
        parser.parse(line.data(), line.size()).get_object().get(row) != simdjson::SUCCESS) {
      rows.Error(number, fmt::format("is no whole JSON object: '{:.60}'", line));
      continue;
    }
    ReadRow(row, number, rows);
  }
  if (reader.failed()) rows.Error(reader.number(), "reading failed after this line");
  if (rows.trace().size() > 0) {
    rows.trace().hash_begin.push_back(rows.trace().hashes.size());
    rows.trace().hash_tokens = kBlock;
  }
}

}  // namespace headroom::scenario
