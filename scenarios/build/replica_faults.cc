#include "scenarios/build/replica_faults.h"

#include <algorithm>
#include <utility>

#include "scenarios/build/site_services.h"

namespace headroom::scenario {
namespace {

std::uint32_t NodesOf(std::uint32_t accelerators, std::uint32_t per_node) { return (accelerators + per_node - 1) / per_node; }

failure::DomainInterruptions StreamOf(const WorkSite& site, std::uint32_t per_node) {
  const std::uint64_t seed = site.context.scenario.seed();
  const std::string path = site.path + ".machines";
  return failure::DomainInterruptions(failure::Interruptions(*site.services.failures(), site.accelerators, seed, path, site.services.shape(per_node)),
                                      site.services.Domains(site.system.nodes_per_rack, site.nodes_per_leaf), site.services.repair_spread(),
                                      NodesOf(site.accelerators, per_node), per_node, seed, path);
}

}  // namespace

ReplicaFaults::ReplicaFaults(const WorkSite& site, const std::vector<std::uint32_t>& sizes, serving::Deployment& deployment)
    : engine_(site.engine),
      deployment_(deployment),
      pool_(site.services.Spares(site.system.node->name())),
      stream_(StreamOf(site, std::max(1u, site.system.accelerators_per_node))),
      per_node_(std::max(1u, site.system.accelerators_per_node)),
      on_node_(NodesOf(site.accelerators, per_node_)),
      away_(on_node_.size()),
      lacks_(sizes.size()) {
  std::uint32_t first = 0;
  for (std::size_t r = 0; r < sizes.size(); ++r) {
    for (std::uint32_t a = first; a < first + sizes[r] && a / per_node_ < on_node_.size(); ++a) {
      std::vector<std::size_t>& there = on_node_[a / per_node_];
      if (there.empty() || there.back() != r) there.push_back(r);
    }
    first += sizes[r];
  }
}

void ReplicaFaults::Start() { Next(); }

void ReplicaFaults::Next() {
  const failure::Interruption fault = stream_.Next();
  engine_.After(Duration::FromSeconds(std::min(fault.gap, failure::kNeverSeconds)), Phase::kArrival, [this, fault] {
    if (deployment_.done()) return;
    Strike(fault);
    Next();
  });
}

void ReplicaFaults::Strike(const failure::Interruption& fault) {
  const std::uint32_t first = fault.accelerator / per_node_;
  std::vector<std::uint32_t> struck;
  for (std::uint32_t n = first; n < std::min<std::uint32_t>(first + fault.nodes, static_cast<std::uint32_t>(on_node_.size())); ++n)
    if (!away_[n]) struck.push_back(n);
  if (struck.empty()) return;
  ++faults_;
  const bool takes = stream_.profile().causes.at(fault.cause).takes_node;
  for (const std::uint32_t n : struck)
    for (const std::size_t r : on_node_[n]) {
      deployment_.Break(r, takes);
      if (takes) ++lacks_[r];
      else if (lacks_[r] == 0) deployment_.Mend(r);
    }
  if (!takes) return;
  for (const std::uint32_t n : struck) away_[n] = true;
  if (fault.repair > 0.0) {
    engine_.After(Duration::FromSeconds(fault.repair), Phase::kArrival, [this, struck] {
      for (const std::uint32_t n : struck) Back(n);
    });
    return;
  }
  for (const std::uint32_t n : struck) pool_.Replace([this, n] { Back(n); });
}

void ReplicaFaults::Back(std::uint32_t node) {
  away_[node] = false;
  for (const std::size_t r : on_node_[node])
    if (--lacks_[r] == 0) deployment_.Mend(r);
}

}  // namespace headroom::scenario
