#include "scenarios/build/load_groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace headroom::scenario {
namespace {

/// What makes two racks alike: system, CDU, part, nodes, workloads.
using Key = std::tuple<std::uint32_t, int, int, std::uint32_t, std::vector<std::uint32_t>>;

std::string NameOf(const SystemStock& system, int cdu, std::map<std::string, int>& seen) {
  std::string name = cdu < 0 ? system.name + "/air" : fmt::format("{}/cdu-{}", system.name, cdu + 1);
  const int n = ++seen[name];
  return n == 1 ? name : fmt::format("{}/{}", name, n);
}

}  // namespace

LoadGroups MakeLoadGroups(const std::vector<SystemStock>& systems, const std::vector<std::vector<Slice>>& slices,
                          const std::vector<std::vector<int>>& cdu_of_rack,
                          const std::vector<std::vector<int>>& part_of_rack) {
  LoadGroups out;
  out.works.resize(slices.size());
  std::map<Key, std::size_t> index;
  std::map<std::string, int> seen;
  auto& group_of_rack = out.group_of_rack;
  group_of_rack.resize(systems.size());

  for (std::uint32_t s = 0; s < systems.size(); ++s) {
    const SystemStock& system = systems[s];
    std::vector<std::vector<std::uint32_t>> users(system.racks);
    for (std::uint32_t w = 0; w < slices.size(); ++w)
      for (const Slice& slice : slices[w]) {
        if (slice.system != s) continue;
        const std::uint32_t last = (slice.first + slice.count - 1) / system.usable_per_rack;
        for (std::uint32_t r = slice.first / system.usable_per_rack; r <= last; ++r) users[r].push_back(w);
      }
    for (std::uint32_t r = 0; r < system.racks; ++r) {
      const std::uint32_t nodes = std::min(system.nodes_per_rack, system.nodes - r * system.nodes_per_rack);
      const Key key{s, cdu_of_rack[s][r], part_of_rack.empty() ? -1 : part_of_rack[s][r], nodes, users[r]};
      auto [it, fresh] = index.emplace(key, out.groups.size());
      if (fresh) {
        LoadGroup g;
        g.system = s;
        g.cdu = cdu_of_rack[s][r];
        if (users[r].size() == 1) g.workload = static_cast<int>(users[r].front());
        g.users = users[r];
        g.name = NameOf(system, g.cdu, seen);
        if (system.units_per_node() > 0) {
          g.port = std::make_unique<power::LoadPort>();
          g.port->name = g.name;
        }
        out.groups.push_back(std::move(g));
      }
      LoadGroup& g = out.groups[it->second];
      g.racks += 1;
      g.nodes += nodes;
      if (g.port) g.port->accelerators += nodes * system.units_per_node();
      group_of_rack[s].push_back(static_cast<std::uint32_t>(it->second));
    }
  }

  for (std::size_t w = 0; w < slices.size(); ++w) out.works[w] = PortsOf(out, systems, slices[w]);
  return out;
}

std::vector<PortRun> PortsOf(const LoadGroups& groups, const std::vector<SystemStock>& systems, const std::vector<Slice>& slices) {
  std::vector<PortRun> runs;
  for (const Slice& slice : slices) {
    const SystemStock& system = systems[slice.system];
    for (std::uint32_t i = slice.first; i < slice.first + slice.count;) {
      const std::uint32_t rack = i / system.usable_per_rack;
      const std::uint32_t end = std::min(slice.first + slice.count, (rack + 1) * system.usable_per_rack);
      power::LoadPort* port = groups.groups[groups.group_of_rack[slice.system][rack]].port.get();
      if (!runs.empty() && runs.back().port == port)
        runs.back().accelerators += end - i;
      else
        runs.push_back({port, end - i});
      i = end;
    }
  }
  return runs;
}

}  // namespace headroom::scenario
