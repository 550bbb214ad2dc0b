#include "scenarios/build/fabric_loss.h"

#include <algorithm>
#include <map>
#include <set>

namespace headroom::scenario {
namespace {

/// Those of `units` that fall to a system whose own begin at `first`, counted from there.
std::vector<std::uint32_t> Own(const std::vector<int>& units, std::uint32_t first, std::uint32_t count) {
  std::vector<std::uint32_t> out;
  for (const int u : units)
    if (u >= static_cast<int>(first) && u < static_cast<int>(first + count)) out.push_back(u - first);
  return out;
}

/// n/(n - k) times as long where the links are full, less where they have room; `over`: NICs over uplinks in health.
double Longer(double n, double k, double over) {
  return k >= n ? kCutOff : std::max(1.0, over * n / (n - k)) / std::max(1.0, over);
}

/// Accelerators of a workload on one system, by node, in the order of its own numbers.
struct Part {
  std::uint32_t own, node;
};

}  // namespace

FabricLoss LossOf(const LostSwitches& lost, const std::vector<Slice>& slices, const std::vector<SystemStock>& systems,
                  const topology::Facility& site) {
  FabricLoss out;
  std::uint32_t leaf = 0, spine = 0, core = 0;  // the first of the system
  for (std::uint32_t s = 0; s < systems.size(); ++s) {
    const topology::System& system = site.systems()[s];
    const topology::FabricSummary& f = system.fabric;
    if (system.accelerators == 0) continue;
    const auto leaves = Own(lost.leaves, leaf, f.leaves), spines = Own(lost.spines, spine, f.spines), cores = Own(lost.cores, core, f.cores);
    leaf += f.leaves;
    spine += f.spines;
    core += f.cores;
    std::vector<Part> mine;
    std::uint32_t own = 0;
    for (const Slice& slice : slices) {
      for (std::uint32_t i = 0; slice.system == s && i < slice.count; ++i) mine.push_back({own + i, NodeOf(systems[s], slice.first + i)});
      own += slice.count;
    }
    if (mine.empty() || (leaves.empty() && spines.empty() && cores.empty())) continue;

    const std::uint32_t rails = f.rails && system.nodes > 0 ? std::max(1u, f.nics / system.nodes) : 1;
    const std::uint32_t below = std::max(1u, f.nodes_per_leaf);
    std::map<std::uint32_t, std::set<std::uint32_t>> blocks;  // of nodes, and rails that they lost
    for (const std::uint32_t l : leaves) blocks[l / rails].insert(l % rails);
    std::set<std::uint32_t> own_blocks, own_pods;
    const std::uint32_t pod = std::max(1u, f.nodes_per_pod), pods = (system.nodes + pod - 1) / pod;
    for (const Part& p : mine) {
      own_blocks.insert(p.node / below);
      own_pods.insert(p.node / pod);
      const auto block = blocks.find(p.node / below);
      if (block == blocks.end()) continue;
      const auto gone = static_cast<std::uint32_t>(block->second.size());
      if (gone < rails) {
        out.nic = std::max(out.nic, static_cast<double>(rails) / (rails - gone));
      } else if (!out.cut.empty() && out.cut.back().first + out.cut.back().second == p.own) {
        ++out.cut.back().second;
      } else {
        out.cut.emplace_back(p.own, 1);
      }
    }
    if (own_blocks.size() < 2) continue;  // nothing leaves its leaf
    std::uint32_t fullest = 0;
    std::map<std::uint32_t, std::uint32_t> in_block;
    for (const Part& p : mine) fullest = std::max(fullest, ++in_block[p.node / below]);
    const double over = f.oversubscription * fullest / (double(below) * system.spec.accelerators_per_node);
    const std::uint32_t of_pod = f.spines / std::max(1u, pods);
    std::map<std::uint32_t, double> gone;  // spines by pod
    for (const std::uint32_t n : spines) gone[n / std::max(1u, of_pod)] += 1.0;
    for (const auto& [number, k] : gone)
      if (own_pods.count(number) > 0) out.uplink = std::max(out.uplink, Longer(of_pod, k, over));
    if (own_pods.size() > 1 && !cores.empty()) out.uplink = std::max(out.uplink, Longer(f.cores, static_cast<double>(cores.size()), 1.0));
  }
  return out;
}

}  // namespace headroom::scenario
