#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "scenarios/read/traces/line_reader.h"
#include "scenarios/read/traces/timestamp.h"
#include "scenarios/read/traces/trace_rows.h"

namespace headroom::scenario {
namespace {

constexpr char kHeader[] = "TIMESTAMP,ContextTokens,GeneratedTokens";

std::optional<std::int64_t> Whole(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

}  // namespace

void ReadAzureLlm(const std::string& path, TraceRows& rows) {
  LineReader reader(path);
  if (!reader.open()) return rows.Error(0, "does not exist or cannot be read");
  std::string_view line;
  if (!reader.Next(line) || line != kHeader)
    return rows.Error(1, fmt::format("is no azure-llm trace; its first line must be {}", kHeader));
  while (reader.Next(line)) {
    const int number = reader.number();
    const std::size_t first = line.find(','), second = line.find(',', first + 1);
    if (first == line.npos || second == line.npos || line.find(',', second + 1) != line.npos) {
      rows.Error(number, fmt::format("has not three fields: '{:.60}'", line));
      continue;
    }
    const std::string_view time = line.substr(0, first),
                           input = line.substr(first + 1, second - first - 1),
                           output = line.substr(second + 1);
    const auto ns = ParseTimestamp(time);
    const auto in = Whole(input), out = Whole(output);
    if (!ns)
      rows.Error(
          number,
          fmt::format("timestamp is '{:.40}'; it must be YYYY-MM-DD HH:MM:SS[.fraction][+HH:MM]",
                      time));
    if (!in)
      rows.Error(number,
                 fmt::format("ContextTokens is '{:.40}'; it must be a whole number", input));
    if (!out)
      rows.Error(number,
                 fmt::format("GeneratedTokens is '{:.40}'; it must be a whole number", output));
    if (ns && in && out) rows.Add(number, *ns, *in, *out);
  }
  if (reader.failed()) rows.Error(reader.number(), "reading failed after this line");
}

}  // namespace headroom::scenario
