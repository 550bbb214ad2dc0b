#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/serving/deployment.h"
#include "scenarios/build/serve_kind.h"

namespace headroom::scenario {

/// Replicas that write the answers of a group whose own replicas read prompts.
struct PoolPlan {
  serving::ReplicaParallelism parallelism;
  std::uint32_t replicas = 0;
  bool layer_wise = false;
  bool in_turn = false;  ///< see serving::DecodePool
  std::optional<serving::AutoscaleParams> scale = {};  ///< of `replicas`, which are the most
  std::uint32_t size() const { return parallelism.accelerators(); }
};

/// Replicas of one model or version of a deployment, in the order of their places.
struct GroupPlan {
  std::string name;
  ServeKind kind;
  serving::ReplicaParallelism parallelism;
  std::uint32_t replicas = 0;
  double share = 1.0;
  std::optional<PoolPlan> decode = {};
  std::optional<serving::AutoscaleParams> scale = {};  ///< of `replicas`, which are the most
  std::uint32_t size() const { return parallelism.accelerators(); }
  std::uint32_t accelerators() const { return replicas * size() + (decode ? decode->replicas * decode->size() : 0); }
  serving::KvBudget Budget() const { return kind.Budget(parallelism); }
};

/// Says what is wrong with `replicas`, `pools` and `sharing` together; true if nothing is.
bool CheckReplicas(const WorkSite& site);
/// Accelerators of all models, versions and pools of a deployment; 0: as many as there are.
std::uint32_t AcceleratorsOf(const schema::Serve& s);
compute::Precision PrecisionOf(const WorkSite& site, const compute::KernelModel& kernels, const std::string& name,
                               const std::string& path);
/// Of replicas with min and max.
serving::AutoscaleParams ScaleOf(const schema::Replicas& replicas);
/// Makes `group` read prompts only, as the pools at `path` say; `scales`: their number may change.
void AddPools(const WorkSite& site, const schema::Pools& pools, const std::string& path, GroupPlan& group, bool scales = false);
/// The further groups of the scenario: models, or the version that a roll-out brings.
void AddGroups(const WorkSite& site, std::vector<GroupPlan>& groups);
/// Decode replicas of `group`, whose prompts are read by accelerators from the `first` of the workload's on; its own begin at
/// `decoders`.
serving::DecodePool DecodersOf(const GroupPlan& group, std::vector<serving::ReplicaPlace> places, std::uint32_t first,
                               std::uint32_t decoders);
/// Share of a second in which the NICs of the deployment send over uplinks, by its expected prompts; 0 where pools lie on
/// one leaf.
double LeafTraffic(const WorkSite& site, const std::vector<GroupPlan>& groups, double prompt_rate);

}  // namespace headroom::scenario
