#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "models/failure/domain_interruptions.h"
#include "models/failure/node_pool.h"
#include "models/serving/deployment.h"
#include "scenarios/build/work.h"

namespace headroom::scenario {

/// `site.failures` for a deployment: faults of the machines that its replicas run on. A replica that holds an accelerator of a node
/// that is lost stops at once, its requests go elsewhere, and it starts again once all its nodes are there: a spare, or the first to
/// come back from repair; nodes of a domain after the domain's own repair. A fault that takes no node has it start again at once.
/// Left out: detection (requests that hang), stragglers, silent corruption; replicas that are off do not fail.
class ReplicaFaults {
 public:
  /// `sizes`: accelerators of each replica, in the order of the deployment's.
  ReplicaFaults(const WorkSite& site, const std::vector<std::uint32_t>& sizes, serving::Deployment& deployment);
  void Start();
  std::uint64_t faults() const { return faults_; }

 private:
  void Next();
  void Strike(const failure::Interruption& fault);
  void Back(std::uint32_t node);

  Engine& engine_;
  serving::Deployment& deployment_;
  failure::NodePool& pool_;
  failure::DomainInterruptions stream_;
  std::uint32_t per_node_;
  std::vector<std::vector<std::size_t>> on_node_;     ///< replicas with accelerators on each node
  std::vector<bool> away_;                            ///< nodes
  std::vector<std::uint32_t> lacks_;                  ///< nodes of each replica that are away
  std::uint64_t faults_ = 0;
};

}  // namespace headroom::scenario
