#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "scenarios/read/traces/chakra.h"
#include "sim/core/diagnostics.h"

namespace headroom::scenario {
namespace {

/// Ranks in ascending order; empty and `why` set if they are not ranks.
std::vector<std::uint32_t> Ranks(const simdjson::dom::element& element, std::string* why) {
  std::vector<std::uint32_t> ranks;
  simdjson::dom::array list;
  if (element.get(list)) {
    *why = "is not a list of ranks";
    return {};
  }
  for (const simdjson::dom::element e : list) {
    std::uint64_t rank = 0;
    if (e.get(rank) || rank > 0x7fffffff) {
      *why = "has a member that is not a rank";
      return {};
    }
    ranks.push_back(static_cast<std::uint32_t>(rank));
  }
  std::sort(ranks.begin(), ranks.end());
  if (std::adjacent_find(ranks.begin(), ranks.end()) != ranks.end()) *why = "has a rank twice";
  return ranks;
}

}  // namespace

std::map<std::string, std::vector<std::uint32_t>> ReadGroups(const std::string& path) {
  const std::string text = ReadTraceBytes(path);
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  const simdjson::error_code error = parser.parse(text).get(object);
  if (error)
    throw ConfigError(fmt::format("{}: is not a JSON object of groups: {}", path,
                                  simdjson::error_message(error)));
  std::map<std::string, std::vector<std::uint32_t>> groups;
  for (const auto [name, members] : object) {
    std::string why;
    std::vector<std::uint32_t> ranks = Ranks(members, &why);
    if (why.empty() && ranks.empty()) why = "has no ranks";
    if (!why.empty()) throw ConfigError(fmt::format("{}: group \"{}\" {}", path, name, why));
    if (!groups.emplace(name, std::move(ranks)).second)
      throw ConfigError(fmt::format("{}: group \"{}\" is there twice", path, name));
  }
  return groups;
}

std::string GroupsJson(const std::map<std::string, std::vector<std::uint32_t>>& groups) {
  std::string out = "{";
  for (const auto& [name, ranks] : groups)
    out +=
        fmt::format("{}\n  \"{}\": [{}]", out.size() == 1 ? "" : ",", name, fmt::join(ranks, ", "));
  return out + "\n}\n";
}

std::vector<training::NamedGroup> ProcessGroups(std::string_view values) {
  const std::size_t from = values.find("[{"), to = values.rfind("}]");
  if (from == std::string_view::npos || to == std::string_view::npos || to < from) return {};
  // A JSON text inside a list of texts: its quotes may be escaped.
  std::string text;
  for (const char c : values.substr(from, to + 2 - from))
    if (c != '\\') text += c;
  simdjson::dom::parser parser;
  simdjson::dom::array list;
  if (parser.parse(text).get(list)) return {};
  std::vector<training::NamedGroup> out;
  for (const simdjson::dom::element e : list) {
    std::string_view name;
    simdjson::dom::element ranks;
    if (e["pg_name"].get(name) || e["ranks"].get(ranks)) continue;
    std::string why;
    std::vector<std::uint32_t> members = Ranks(ranks, &why);
    if (why.empty()) out.push_back({std::string(name), std::move(members)});
  }
  return out;
}

}  // namespace headroom::scenario
