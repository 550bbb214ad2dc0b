#include "models/training/replay/rank_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace headroom::training {

const char* Name(TraceOperation op) {
  constexpr std::array<const char*, 10> kNames{
      "all-reduce", "reduce",         "all-gather",           "gather", "scatter", "broadcast",
      "all-to-all", "reduce-scatter", "reduce-scatter-block", "barrier"};
  return kNames[static_cast<std::size_t>(op)];
}

void RankTrace::SetName(TraceNode* node, std::string_view name) {
  node->name = static_cast<std::uint32_t>(names.size());
  node->name_size = static_cast<std::uint32_t>(name.size());
  names += name;
}

std::uint32_t RankTrace::Append(const TraceNode& node,
                                const std::vector<std::uint32_t>& data_deps) {
  nodes.push_back(node);
  deps.insert(deps.end(), data_deps.begin(), data_deps.end());
  dep_begin.push_back(static_cast<std::uint32_t>(deps.size()));
  return static_cast<std::uint32_t>(nodes.size() - 1);
}

std::uint32_t RankTrace::GroupIndex(std::string_view name) {
  if (name == "0" || name.empty()) name = {};
  const auto it = std::find(groups.begin(), groups.end(), name);
  if (it == groups.end()) groups.emplace_back(name);
  return static_cast<std::uint32_t>(std::find(groups.begin(), groups.end(), name) - groups.begin());
}

std::string RankTrace::Text(std::size_t node) const {
  constexpr std::size_t kLongest = 60;
  const TraceNode& n = nodes[node];
  std::string shown;
  for (const char c : name(n).substr(0, kLongest))
    shown += c >= ' ' && c < 127 && c != '"' ? c : '?';
  if (n.name_size > kLongest) shown += "...";
  return fmt::format("{}: node {} \"{}\"", file, n.id, shown);
}

}  // namespace headroom::training
